using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Tests.Lock.Resolve;
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

    [Test]
    public void AVariantThatWasNotVerifiedHasNotTheProofOfTheImage()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("lib-requires.txt"), "libc\n");
        File.WriteAllText(folder.File("cake.config"), "[Image]\nPlatforms=linux/amd64\n[Variant.nonroot]\nUser=65532\n");
        var inputs = Inputs(ProjectFolders.Find(folder.Path));
        var plan = new ImagePlan(inputs, new BuildPaths(inputs), new FoundLock(Locks.Small(), null));
        var variant = plan.Variants.Single();
        var results = Results(inputs);
        results.Add(plan, _proof);
        Assert.That(results.ProofOf(plan), Is.SameAs(_proof));
        Assert.That(Assert.Throws<BuildException>(() => results.ProofOf(variant))!.Message, Does.Contain("nothing was verified of the variant nonroot"));
        Assert.Throws<BuildException>(() => results.NoteIndex(variant, "sha256:2"));

        results.Add(variant, _proof with { IndexDigest = "sha256:1" });
        results.NoteIndex(variant, "sha256:2");
        Assert.That((results.ProofOf(variant).IndexDigest, results.ProofOf(plan).IndexDigest), Is.EqualTo(("sha256:2", "sha256:0")));
    }

    private static BuildResults Results() => Results(Inputs(ProjectFolders.Find(null)));

    private static BuildResults Results(BuildInputs inputs) => new(
        inputs, new BuildPaths(inputs), new Lazy<LockManager>(() => throw new NotSupportedException()), new Lazy<LockRequest>(() => throw new NotSupportedException()));

    private static BuildInputs Inputs(ProjectFolders folders)
    {
        var arguments = Substitute.For<ICakeArguments>();
        arguments.GetArguments(Arg.Any<string>()).Returns([]);
        return new BuildInputs(arguments, Substitute.For<IProgressBoard>(), TimeProvider.System, folders);
    }
}
