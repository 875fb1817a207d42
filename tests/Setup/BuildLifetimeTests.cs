using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Setup;
using Cake.Core;
using Cake.Core.Diagnostics;
using NSubstitute;

namespace BusyboxGlibc.Tests.Setup;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuildLifetimeTests
{
    [TestCase("FindLibrary", "json", Verbosity.Quiet)]
    [TestCase("CheckBinary", "json", Verbosity.Quiet)]
    [TestCase("Diff", "markdown", Verbosity.Quiet)]
    [TestCase("Why", "all", Verbosity.Normal)]
    [TestCase("Pack", "json", Verbosity.Normal)]
    public void AnAnswerForProgramsIsAloneOnStandardOutput(string target, string argument, Verbosity verbosity)
    {
        var arguments = Substitute.For<ICakeArguments>();
        arguments.GetArguments(Arg.Any<string>()).Returns(call => call.Arg<string>() == argument ? ["true"] : []);
        arguments.HasArgument(Arg.Any<string>()).Returns(call => call.Arg<string>() == argument);
        var cake = Substitute.For<ICakeContext>();
        cake.Arguments.Returns(arguments);
        cake.Log.Verbosity = Verbosity.Normal;
        var setup = Substitute.For<ISetupContext>();
        setup.TargetTask.Returns(new CakeTask(target));
        using var interruption = Interruption.OnSignals();
        new BuildLifetime(null!, new BuildInputs(arguments, Substitute.For<IProgressBoard>(), TimeProvider.System, ProjectFolders.Find(null)), null!).Setup(new BuildContext(cake, interruption), setup);
        Assert.That(cake.Log.Verbosity, Is.EqualTo(verbosity));
    }
}
