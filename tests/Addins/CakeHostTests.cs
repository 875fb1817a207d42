using Cake.Frosting;

namespace BusyboxGlibc.Tests.Addins;

[Category(Categories.Unit)]
internal sealed class CakeHostTests
{
    private static HostFixture Host() => new HostFixture()
        .With(host => host.UseContext<SampleContext>())
        .Task<FetchTask>().Task<MakeTask>().Task<SweepTask>().Task<All>().Task<Slow>().Task<Broken>().Task<BrokenWithCode>()
        .Task<BrokenLater>().Task<BrokenButMinor>().Task<AfterMinor>().Task<AfterBroken>().Task<Handled>().Task<Never>()
        .Task<AfterNever>().Task<Shower>();

    [Test]
    public void DependenciesRunFirstAndDependeesBeforeThem()
    {
        var host = Host();
        Assert.That(host.Run("--target=All"), Is.Zero);
        Assert.That(host.Trace.Events, Is.EqualTo(["Sweep", "Fetch", "Make"]));
    }

    [TestCase("--target=make")]
    [TestCase("--target", "MAKE")]
    [TestCase("-t", "Make")]
    [TestCase("--Target=Make")]
    [TestCase("--target:Make")]
    public void ATargetIsFoundWhateverItsLetterCaseAndSwitch(params string[] args)
    {
        var host = Host();
        Assert.That(host.Run(args), Is.Zero);
        Assert.That(host.Trace.Events, Is.EqualTo(["Sweep", "Fetch", "Make"]));
    }

    [Test]
    public void SharedDependenciesOfSeveralTargetsRunOnce()
    {
        var host = Host();
        Assert.That(host.Run("--target=Make", "--target=All"), Is.Zero);
        Assert.That(host.Trace.Events, Is.EqualTo(["Sweep", "Fetch", "Make"]));
    }

    [Test]
    public void ExclusiveRunsOnlyTheTarget()
    {
        var host = Host();
        Assert.That(host.Run("--target=Make", "--exclusive"), Is.Zero);
        Assert.That(host.Trace.Events, Is.EqualTo(["Make"]));
    }

    [Test]
    public void ADryRunListsTheTasksInOrderAndRunsNone()
    {
        var host = Host();
        Assert.That(host.Run("--target=All", "--dryrun"), Is.Zero);
        Assert.That(host.Trace.Events, Is.Empty);
        Assert.That(host.Log.Lines.Where(line => line.Contains(". ", StringComparison.Ordinal)), Is.EqualTo(
            ["Information: 1. Sweep", "Information: 2. Fetch", "Information: 3. Make", "Information: 4. All"]));
    }

    [Test]
    public void TheTreeShowsDependenciesAndRunsNothing()
    {
        var host = Host().With(host => host.UseLifetime<SampleLifetime>());
        Assert.That(host.Run("--tree"), Is.Zero);
        Assert.That(host.Trace.Events, Is.Empty);
        Assert.That(host.Console.Text, Does.Match(@"All\s+└─Make\s+└─Fetch"));
    }

    [Test]
    public void TheDescriptionNamesEveryTaskAndRunsNothing()
    {
        var host = Host();
        Assert.That(host.Run("--description"), Is.Zero);
        Assert.That(host.Trace.Events, Is.Empty);
        Assert.That(host.Ansi.ToString(), Does.Contain("Brings what is needed").And.Contain("AfterMinor"));
    }

    [Test]
    public void AnUnknownTargetIsNamedAndNothingRuns()
    {
        var host = Host().With(host => host.UseLifetime<SampleLifetime>());
        Assert.That(host.Run("--target=Mak"), Is.EqualTo(1));
        Assert.That(host.Log.Lines, Has.One.EqualTo("Error: Error: The target 'Mak' was not found."));
        Assert.That(host.Trace.Events, Is.Empty);
    }

    [Test]
    public void WithoutATargetDefaultIsMeant()
    {
        var host = Host();
        Assert.That(host.Run(), Is.EqualTo(1));
        Assert.That(host.Log.Lines, Has.One.EqualTo("Error: Error: The target 'Default' was not found."));
    }

    [Test]
    public void AFailingTaskStopsTheRunWithoutAStackTrace()
    {
        var host = Host();
        Assert.That(host.Run("--target=AfterBroken"), Is.EqualTo(1));
        Assert.That(host.Trace.Events, Is.EqualTo(["finally"]));
        Assert.That(host.Log.Lines, Has.One.EqualTo("Error: Error: it broke"));
        Assert.That(host.Log.Lines, Has.None.Contains("   at "));
        Assert.That(host.Console.Text, Does.Match(@"Broken\s+\S+\s+Failed"));
    }

    [Test]
    public void ADiagnosticRunShowsTheStackTrace()
    {
        var host = Host();
        Assert.That(host.Run("--target=Broken", "--verbosity=diagnostic"), Is.EqualTo(1));
        Assert.That(host.Log.Lines, Has.Some.Contains("   at ").And.Contains("it broke"));
    }

    [Test]
    public void TheExitCodeOfACakeExceptionIsTheProcesss() => Assert.That(Host().Run("--target=BrokenWithCode"), Is.EqualTo(42));

    [Test]
    public void TheExitCodeIsFoundInsideAnAggregate()
    {
        var host = Host();
        Assert.That(host.Run("--target=BrokenLater"), Is.EqualTo(9));
        Assert.That(host.Log.Lines, Has.Some.Contains("first").And.Some.Contains("second"));
    }

    [Test]
    public void ContinueOnErrorLetsTheRestRun()
    {
        var host = Host();
        Assert.That(host.Run("--target=AfterMinor"), Is.Zero);
        Assert.That(host.Trace.Events, Is.EqualTo(["AfterMinor"]));
    }

    [Test]
    public void AnErrorHandlerThatReturnsMakesTheFailureHandled()
    {
        var host = Host();
        Assert.That(host.Run("--target=Handled"), Is.Zero);
        Assert.That(host.Trace.Events, Is.EqualTo(["on error: handled"]));
    }

    [Test]
    public void ADependencyThatShouldNotRunIsSkipped()
    {
        var host = Host();
        Assert.That(host.Run("--target=AfterNever"), Is.Zero);
        Assert.That(host.Trace.Events, Is.EqualTo(["AfterNever"]));
    }

    [Test]
    public void ATargetThatShouldNotRunIsAnErrorWithItsReason()
    {
        var host = Host();
        Assert.That(host.Run("--target=Never"), Is.EqualTo(1));
        Assert.That(host.Log.Lines, Has.Some.Contains("the moon is wrong"));
    }

    [Test]
    public void AnAsynchronousTaskIsAwaited()
    {
        var host = Host();
        Assert.That(host.Run("--target=Slow"), Is.Zero);
        Assert.That(host.Trace.Events, Is.EqualTo(["begin", "end"]));
    }

    [Test]
    public void LifetimesWrapTheRunAndEveryTask()
    {
        var host = Host().With(host => host.UseLifetime<SampleLifetime>().UseTaskLifetime<SampleTaskLifetime>());
        Assert.That(host.Run("--target=Make"), Is.Zero);
        Assert.That(host.Trace.Events, Is.EqualTo([
            "setup for Make", "before Sweep", "Sweep", "after Sweep", "before Fetch", "Fetch", "after Fetch",
            "before Make", "Make", "after Make", "teardown well"]));
    }

    [Test]
    public void TeardownLearnsOfTheFailure()
    {
        var host = Host().With(host => host.UseLifetime<SampleLifetime>());
        Assert.That(host.Run("--target=Broken"), Is.EqualTo(1));
        Assert.That(host.Trace.Events, Is.EqualTo(["setup for Broken", "finally", "teardown it broke"]));
    }

    [Test]
    public void AFailingSetupRunsNoTaskButTheTeardown()
    {
        var host = Host().With(host => host.UseLifetime<BrokenLifetime>());
        Assert.That(host.Run("--target=Make"), Is.EqualTo(1));
        Assert.That(host.Trace.Events, Is.EqualTo(["teardown"]));
        Assert.That(host.Log.Lines, Has.One.EqualTo("Error: Error: setup broke"));
    }

    [Test]
    public void ADependencyThatIsNoTaskIsAnError()
    {
        var host = Host().Task<Misled>();
        Assert.That(host.Run("--target=Make"), Is.EqualTo(1));
        Assert.That(host.Log.Lines, Has.Some.Contains("'String' is not a valid task"));
    }

    [Test]
    public void ATaskOfAnotherContextIsLeftOutWithAWarning()
    {
        var host = new HostFixture().Task<MakeTask>().Task<FetchTask>();
        Assert.That(host.Run("--target=Make"), Is.EqualTo(1));
        Assert.That(host.Log.Lines, Has.Some.StartsWith("Warning: ").And.Some.Contains("SampleContext"));
    }

    [Test]
    public void TasksOfAnAddedAssemblyAreFound()
    {
        var host = new HostFixture().With(host => host.UseContext<SampleContext>().AddAssembly(typeof(CakeHostTests).Assembly));
        Assert.That(host.Run("--target=Make"), Is.Zero);
        Assert.That(host.Trace.Events, Is.EqualTo(["Sweep", "Fetch", "Make"]));
    }

    [Test]
    public void TheWorkingFolderIsTheHostsUnlessGiven()
    {
        using var outer = new TemporaryFolder();
        var here = Environment.CurrentDirectory;
        try
        {
            var host = Host().With(host => host.UseWorkingDirectory("/usr"));
            Assert.That(host.Run("--target=Shower"), Is.Zero);
            Assert.That(host.Run("--target=Shower", "--working", outer.Path), Is.Zero);
            Assert.That(host.Trace.Events.Where(line => line.StartsWith("in ", StringComparison.Ordinal)), Is.EqualTo(["in /usr", "in " + outer.Path]));
            Assert.That(host.Run("--target=Shower", "-w", outer.Path + "/absent"), Is.EqualTo(1));
            Assert.That(host.Log.Lines, Has.Some.Contains("/absent' does not exist"));
        }
        finally
        {
            Environment.CurrentDirectory = here;
        }
    }

    [Test]
    public void VersionInfoAndHelpRunNothing()
    {
        var host = Host();
        Assert.That(host.Run("--version"), Is.Zero);
        Assert.That(host.Console.Text.Trim(), Is.EqualTo("7.0.0"));
        Assert.That(host.Run("--info"), Is.Zero);
        Assert.That(host.Run("--help"), Is.Zero);
        Assert.That(host.Console.Text, Does.Contain("--exclusive").And.Contain("--dryrun"));
        Assert.That(host.Trace.Events, Is.Empty);
    }

    [Test]
    public void ArgumentsReachCakesConfiguration()
    {
        var host = Host().Task<ConfigurationShower>();
        Assert.That(host.Run("--target=ConfigurationShower", "--Image_Registry=from-line"), Is.Zero);
        Assert.That(host.Trace.Events, Is.EqualTo(["from-line"]));
    }

    [TestCase("Publish")]
    [TestCase("--target")]
    [TestCase("--verbosity=loud")]
    [TestCase("--dryrun=maybe")]
    public void ACommandLineThatCannotBeReadIsAnError(params string[] args)
    {
        var host = Host();
        Assert.That(host.Run(args), Is.EqualTo(1));
        Assert.That(host.Log.Lines, Has.One.StartsWith("Error: Error: "));
        Assert.That(host.Trace.Events, Is.Empty);
    }
}
