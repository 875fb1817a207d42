using BusyboxGlibc.Doctor;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Tests.Doctor;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class MachineChecksTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 28, 11, 0, 0, TimeSpan.Zero);

    [TestCase("10.0.401", Health.Good)]
    [TestCase("9.0.300,10.0.100", Health.Good)]
    [TestCase("9.0.300", Health.Warning)]
    [TestCase("10.0.100-rc.2.25502.107", Health.Warning, Description = "global.json allows no preview")]
    [TestCase("", Health.Warning, Description = "only the runtime is installed")]
    public void TheSdkIsJudgedAsGlobalJsonDoes(string sdks, Health health)
    {
        var finding = MachineChecks.Sdk(".NET 10.0.1", sdks.Split(',', StringSplitOptions.RemoveEmptyEntries));
        Assert.That(finding.Health, Is.EqualTo(health));
        Assert.That(finding.Fix is null, Is.EqualTo(health == Health.Good));
    }

    [TestCase("cache", 40_000_000_000, 0, Health.Good)]
    [TestCase("cache", 900_000_000, 0, Health.Warning)]
    [TestCase("cache", 0, 0, Health.Problem, Description = "a full disk")]
    [TestCase("cache", 1_200_000_000, 366_000_000, Health.Problem, Description = "downloads are unpacked beside themselves")]
    [TestCase("temp", 400_000_000, 0, Health.Good)]
    [TestCase("temp", 1_000_000, 0, Health.Problem, Description = "a small tmpfs that is full")]
    public void ADiskIsJudgedByWhatABuildWrites(string use, long free, long coming, Health health)
    {
        var finding = MachineChecks.Disk(use, "/c", free, coming, "./build.sh --target=Prune");
        Assert.That(finding.Health, Is.EqualTo(health));
        Assert.That(finding.Fix, Is.EqualTo(health == Health.Good ? null : "./build.sh --target=Prune"));
    }

    [Test]
    public void ADiskOfUnknownSpaceIsNoProblem() => Assert.That(MachineChecks.Disk("cache", "/c", null, 0, "x").Health, Is.EqualTo(Health.Unused));

    [TestCase(true, true, Health.Good)]
    [TestCase(false, true, Health.Problem, Description = "a read-only project")]
    [TestCase(false, false, Health.Warning, Description = "a read-only cache that has everything")]
    public void AFolderThatCannotBeWrittenToIsAProblemOnlyIfABuildWritesThere(bool mayWrite, bool isNeeded, Health health) =>
        Assert.That(MachineChecks.Folder("cache.folder", "/c", mayWrite, isNeeded, "./build.sh --cache=x").Health, Is.EqualTo(health));

    [TestCase(0, Health.Good)]
    [TestCase(4, Health.Good)]
    [TestCase(30, Health.Warning)]
    [TestCase(-30, Health.Warning)]
    [TestCase(60 * 24 * 400, Health.Problem, Description = "a board without a battery, after a power cut")]
    public void TheClockIsComparedWithServers(int minutes, Health health)
    {
        var finding = MachineChecks.Clock(_now, [_now.AddMinutes(minutes), _now.AddMinutes(minutes), _now.AddYears(-30)], [], time => $"set {time:yyyy-MM-dd}");
        Assert.That(finding.Health, Is.EqualTo(health));
        Assert.That(finding.Fix, Is.EqualTo(health == Health.Good ? null : $"set {_now.AddMinutes(minutes):yyyy-MM-dd}"));
    }

    [Test]
    public void WithoutNetworkAClockBeforeASignedFileIsWrong()
    {
        Assert.That(MachineChecks.Clock(_now, [], [_now.AddDays(40)], _ => "set").Health, Is.EqualTo(Health.Problem));
        Assert.That(MachineChecks.Clock(_now, [], [_now.AddDays(-40)], _ => "set").Health, Is.EqualTo(Health.Good));
        Assert.That(MachineChecks.Clock(_now, [], [], _ => "set").Health, Is.EqualTo(Health.Good));
    }

    [Test]
    public void TheLockIsAProblemOnlyIfABuildMayNotWriteIt()
    {
        var gap = new LockGap(["linux/arm64: libfoo is not in the lock", "linux/386: libfoo is not in the lock"]);
        Assert.Multiple(() =>
        {
            Assert.That(ProjectChecks.Lock(null, null, isLocked: false).Health, Is.EqualTo(Health.Warning));
            Assert.That(ProjectChecks.Lock(null, gap, isLocked: true).Health, Is.EqualTo(Health.Problem));
            Assert.That(ProjectChecks.Lock(null, gap, isLocked: true).Why, Is.EqualTo("linux/arm64: libfoo is not in the lock, and 1 more"));
        });
    }

    [Test]
    public void GitIsNeverAProblem()
    {
        Assert.That(ProjectChecks.Git(false, null, "apt-get install git").Health, Is.EqualTo(Health.Warning));
        Assert.That(ProjectChecks.Git(true, null, "x").Health, Is.EqualTo(Health.Unused));
        Assert.That(ProjectChecks.Git(true, ("57cebcc002e9aaaaaaaaaa", true), "x").Text, Is.EqualTo("commit 57cebcc002e9, with uncommitted changes"));
    }
}
