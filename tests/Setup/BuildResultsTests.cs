using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Verify;
using Cake.Core;
using NSubstitute;

namespace BusyboxGlibc.Tests.Setup;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuildResultsTests
{
    private static readonly LayoutProof _proof = new("sha256:0", [], []);

    [Test]
    public void AResultIsSetOnce()
    {
        var results = Results();
        results.Proof = _proof;
        Assert.That(results.Proof, Is.SameAs(_proof));
        Assert.Throws<InvalidOperationException>(() => results.Proof = _proof);
    }

    [Test]
    public void AResultOfATaskThatWasLeftOutSaysHowToHaveIt()
    {
        Assert.That(Assert.Throws<BuildException>(() => _ = Results().Proof)!.Next, Is.EqualTo("run without --exclusive"));
        Assert.That(Assert.Throws<BuildException>(() => _ = Results().Builder)!.Next, Is.EqualTo("run without --exclusive"));
        Assert.That(Results().Compiled, Is.Empty);
    }

    private static BuildResults Results()
    {
        var arguments = Substitute.For<ICakeArguments>();
        arguments.GetArguments(Arg.Any<string>()).Returns([]);
        var inputs = new BuildInputs(arguments, Substitute.For<IProgressBoard>(), TimeProvider.System, ProjectFolders.Find(null));
        return new BuildResults(
            inputs, new BuildPaths(inputs), new Lazy<LockManager>(() => throw new NotSupportedException()), new Lazy<LockRequest>(() => throw new NotSupportedException()));
    }
}
