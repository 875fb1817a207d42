using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Reports;
using Cake.Common.Diagnostics;
using Cake.Core;
using Cake.Frosting;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Tests.Reports;

/// <summary>What people see of a run: the host with the build's log, board and console.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuildLogTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly Interruption _interruption = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        _interruption.Dispose();
    }

    [Test]
    public void ABuildErrorIsShownWhole()
    {
        Assert.That(Run("--target=Refuses"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Is.EqualTo("Error: no library libfo\n  where  lib-requires.txt:3\n  next   write libfoo\n"));
    }

    [Test]
    public void AnUnexpectedErrorSaysHowToLearnMore()
    {
        Assert.That(Run("--target=Stumbles"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.StartWith("Error: unexpected InvalidOperationException: oh\n").And.Contain("--verbosity=diagnostic").And.Not.Contain("   at "));
    }

    [Test]
    public void ADiagnosticRunShowsWhereItComesFrom()
    {
        Assert.That(Run("--target=Stumbles", "--verbosity=diagnostic"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain("   at ").And.Contain(nameof(Stumbles)));
    }

    [Test]
    public void SeveralErrorsAtOnceAreEachShown()
    {
        Assert.That(Run("--target=RefusesTwice"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Is.EqualTo("Error: one\nError: two\n"));
    }

    [Test]
    public void AnUnknownTargetIsAnsweredWithTheNearest()
    {
        Assert.That(Run("--target=Refusse"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Is.EqualTo(
            "Error: The target 'Refusse' was not found.\n  next   did you mean --target=Refuses? --description lists the targets\n"));
    }

    [Test]
    public void WhatFailsAfterAnInterruptionIsNoNews()
    {
        Assert.That(Run("--target=Waits"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Is.Empty);
    }

    [TestCase("quiet", true)]
    [TestCase("minimal", true)]
    [TestCase("normal", false)]
    [TestCase("verbose", false)]
    public void TheBoardIsAsQuietAsTheLog(string verbosity, bool quiet)
    {
        Assert.That(Run("--target=Notes", "--verbosity=" + verbosity), Is.Zero);
        Assert.That(_output.ToString(), Is.EqualTo(quiet ? string.Empty : "a note\n"));
    }

    private int Run(params string[] args)
    {
        using var board = new ConsoleProgressBoard(_output, _error, Terminal.Plain);
        return new CakeHost()
            .ConfigureServices(services => services
                .AddReports(board, _interruption, new Fault())
                .AddSingleton<IFrostingTask, Refuses>()
                .AddSingleton<IFrostingTask, RefusesTwice>()
                .AddSingleton<IFrostingTask, Stumbles>()
                .AddSingleton<IFrostingTask, Waits>()
                .AddSingleton<IFrostingTask, Notes>())
            .Run(args);
    }

    private sealed class Refuses : FrostingTask
    {
        public override void Run(ICakeContext context) =>
            throw new BuildException("no library libfo", "lib-requires.txt:3", next: "write libfoo");
    }

    private sealed class RefusesTwice : AsyncFrostingTask
    {
        public override Task RunAsync(ICakeContext context) =>
            Task.FromException(new AggregateException(new BuildException("one"), new BuildException("two")));
    }

    private sealed class Stumbles : FrostingTask
    {
        public override void Run(ICakeContext context) => throw new InvalidOperationException("oh");
    }

    private sealed class Waits(Interruption interruption) : AsyncFrostingTask
    {
        public override Task RunAsync(ICakeContext context)
        {
            interruption.Request();
            return Task.Delay(Timeout.Infinite, interruption.Token);
        }
    }

    private sealed class Notes(IProgressBoard board) : FrostingTask
    {
        public override void Run(ICakeContext context)
        {
            context.Verbose("not for the board");
            board.Note("a note");
        }
    }
}
