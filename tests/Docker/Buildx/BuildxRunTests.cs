using BusyboxGlibc.Docker.Buildx;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Platforms;
using Cake.Core;

namespace BusyboxGlibc.Tests.Docker.Buildx;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuildxRunTests
{
    private static readonly IReadOnlyList<BuildxShare> _shares =
        BuildxShare.Of([[KnownPlatforms.Amd64, KnownPlatforms.Find("linux/386")!], [KnownPlatforms.Find("linux/arm64")!]], "/out");

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void OneShareHasTheLogThatPeopleKnow() =>
        Assert.That(BuildxShare.Of([KnownPlatforms.Default], "/out").Single(), Is.EqualTo(new BuildxShare(KnownPlatforms.Default, "/out/linux-amd64", "buildx.log")));

    [Test]
    public void LabelsOfTheBuildAreThoseOfThePlatformAndNotOfTheIndex()
    {
        var written = new Dictionary<string, string> { ["suite"] = "trixie,forky", ["title"] = "busybox:glibc" };
        var labels = new Dictionary<string, string> { ["suite"] = "trixie,forky", ["title"] = "mine", ["more"] = "mine" };
        Assert.That(BuiltLayout.LabelsOf(labels, written), Is.EquivalentTo(new Dictionary<string, string> { ["title"] = "mine", ["more"] = "mine" }));
    }

    [Test]
    public void AStageHasFoldersAndLogsOfItsOwn() => Assert.That(
        BuildxShare.Of([.. _shares.Select(share => share.Platforms)], "/out", "busybox").Select(share => (share.Stage, share.LayoutFolder, share.LogName)),
        Is.EqualTo(new[] { ("busybox", "/out/busybox/linux-amd64", "buildx-busybox-linux-amd64.log"), ("busybox", "/out/busybox/linux-arm64", "buildx-busybox-linux-arm64.log") }));

    [Test]
    public async Task SharesAreBuiltSideBySideEachWithALogOfItsOwn()
    {
        using var both = new Barrier(2);
        await new BuildxRun(
            (share, onLine, _) =>
            {
                onLine($"#1 {share.LayoutFolder}");
                Assert.That(both.SignalAndWait(TimeSpan.FromSeconds(30), CancellationToken.None), Is.True, "the other one does not run");
            },
            _folder.Path,
            new SilentProgressBoard()).RunAsync(_shares, default);
        Assert.That(File.ReadAllText(Path.Combine(_folder.Path, "buildx-linux-amd64.log")), Is.EqualTo("#1 /out/linux-amd64\n"));
        Assert.That(File.ReadAllText(Path.Combine(_folder.Path, "buildx-linux-arm64.log")), Is.EqualTo("#1 /out/linux-arm64\n"));
    }

    [TestCase(0)]
    [TestCase(1)]
    public void TheFirstThatFailsEndsTheOthersAndIsTheOneThatIsTold(int failing)
    {
        using var begun = new CountdownEvent(2);
        var run = new BuildxRun(
            (share, onLine, stop) =>
            {
                begun.Signal();
                Assert.That(begun.Wait(TimeSpan.FromSeconds(30), CancellationToken.None), Is.True);
                if (share == _shares[failing])
                {
                    onLine($"no room on {share.Platforms[0]}");
                    throw new CakeException("exit code 1");
                }

                Assert.That(stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)), Is.True, "nobody ended it");
                onLine("killed");
                throw new CakeException("exit code 137");
            },
            _folder.Path,
            new SilentProgressBoard());
        Assert.That(
            async () => await run.RunAsync(_shares, default),
            Throws.InstanceOf<BuildxException>().With.Message.Contains($"no room on {_shares[failing].Platforms[0]}").And.Message.Not.Contain("killed"));
    }

    [Test]
    public void AnInterruptedRunSaysThatAndNothingOfTheClients()
    {
        using var interruption = new CancellationTokenSource();
        var run = new BuildxRun(
            (_, _, stop) =>
            {
                interruption.Cancel();
                stop.WaitHandle.WaitOne();
                throw new CakeException("exit code 137");
            },
            _folder.Path,
            new SilentProgressBoard());
        Assert.That(async () => await run.RunAsync(_shares, interruption.Token), Throws.InstanceOf<OperationCanceledException>());
    }
}
