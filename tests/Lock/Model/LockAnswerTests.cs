using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Lock.Model;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LockAnswerTests
{
    private static readonly Platform[] _both = [Locks.Amd64, Locks.Arm64];

    [Test]
    public void ALockThatHasAllThatIsAskedForAnswers() =>
        Assert.That(LockAnswer.Find(Locks.Small(), "trixie", [Locks.Library("libz")], [], _both), Is.Null);

    [Test]
    public void PlatformsThatAreNotAskedForDoNotMatter() =>
        Assert.That(LockAnswer.Find(Locks.Small(), "trixie", [Locks.Library("libz")], [], [Locks.Arm64]), Is.Null);

    [Test]
    public void ARequirementThatIsMissingIsToldForEveryPlatform()
    {
        var gap = LockAnswer.Find(Locks.Small(), "trixie", [Locks.Library("libz"), Locks.Library("libfoo")], [], _both);
        Assert.That(gap!.Lines, Is.EqualTo(new[] { "linux/amd64: libfoo is not in the lock", "linux/arm64: libfoo is not in the lock" }));
    }

    [Test]
    public void ARequirementNoLongerAskedForIsAGap()
    {
        var gap = LockAnswer.Find(Locks.Small(), "trixie", [], [], [Locks.Amd64]);
        Assert.That(gap!.Lines, Is.EqualTo(new[] { "linux/amd64: libz is in the lock but no longer requested" }));
    }

    [Test]
    public void AnImpliedLibraryIsMissingOnlyWhereNothingBringsIt()
    {
        var implied = Locks.Library("libz.so.1") with { IsImplied = true };
        var brought = Locks.Small().Platforms[0].Packages.SelectMany(package => package.Files).First(file => file.EndsWith("/libz.so.1", StringComparison.Ordinal));
        Assert.That(brought, Is.Not.Null);
        Assert.That(LockAnswer.Find(Locks.Small(), "trixie", [Locks.Library("libz"), implied], [], _both), Is.Null);
        Assert.That(
            LockAnswer.Find(Locks.Small(), "trixie", [Locks.Library("libz"), Locks.Library("libm.so.6") with { IsImplied = true }], [], [Locks.Amd64])!.Lines,
            Is.EqualTo(new[] { "linux/amd64: libm.so.6 is not in the lock" }));
    }

    [Test]
    public void AnotherSuiteIsAGap()
    {
        var gap = LockAnswer.Find(Locks.Small(), "bookworm", [Locks.Library("libz")], [], _both);
        Assert.That(gap!.Lines, Is.EqualTo(new[] { "suite is bookworm, the lock is for trixie" }));
    }

    [Test]
    public void APlatformThatIsNotInTheLockIsAGap()
    {
        var gap = LockAnswer.Find(Locks.Small(), "trixie", [Locks.Library("libz")], [], [Locks.Riscv64]);
        Assert.That(gap!.Lines, Is.EqualTo(new[] { "linux/riscv64: the platform is not in the lock" }));
    }

    [Test]
    public void ABasePackageIsPartOfTheQuestion()
    {
        var certificates = new BasePackage("ca-certificates", ["/usr/share/ca-certificates/**", "/etc/x"], "the certificates feature");
        var gap = LockAnswer.Find(Locks.Small(), "trixie", [Locks.Library("libz")], [certificates], [Locks.Amd64]);
        Assert.That(gap!.ToString(), Is.EqualTo("linux/amd64: ca-certificates for the certificates feature is not in the lock"));
    }

    [Test]
    public void WhatIsSpareMayBeInTheLockOrNot()
    {
        var spare = new BasePackage("busybox", ["/usr/bin/busybox"], "BusyBox from Debian") { IsSpare = true };
        Requirement[] asked = [Locks.Library("libz")];
        Assert.That(LockAnswer.Find(Locks.Small(), "trixie", asked, [spare], _both), Is.Null);
        var both = Locks.WithBusybox(Locks.Small());
        Assert.That(LockAnswer.Find(both, "trixie", asked, [spare], _both), Is.Null);
        Assert.That(LockAnswer.Find(both, "trixie", asked, [spare with { IsSpare = false }], _both), Is.Null);
        Assert.That(LockAnswer.Find(Locks.Small(), "trixie", asked, [spare with { IsSpare = false }], _both)!.Lines[0], Is.EqualTo("linux/amd64: busybox for BusyBox from Debian is not in the lock"));
    }

    [Test]
    public void TheCommittedLockAnswersBothOriginsOfBusybox()
    {
        var committed = LockFile.Read(Path.Combine(BusyboxGlibc.Tests.EndToEnd.ProjectCopy.RepositoryFolder, "image.lock.json"))!;
        foreach (var locked in committed.Platforms)
        {
            Assert.That(locked.Packages.Count(package => package.Pin.Name == BaseParts.BusyboxPackage), Is.EqualTo(1), locked.Platform.Name);
            Assert.That(locked.Requirements.Select(requirement => requirement.Text), Does.Contain("base: busybox /usr/bin/busybox"));
        }

        Assert.That(committed.Without(BaseParts.BusyboxPackage).Platforms.SelectMany(locked => locked.Packages).Select(package => package.Pin.Name), Does.Contain("libc6").And.Not.Contain(BaseParts.BusyboxPackage));
    }

    [Test]
    public void ALibraryAskedForElsewhereOnlyIsNotMissedHere() =>
        Assert.That(LockAnswer.Find(Locks.Small(), "trixie", [Locks.Library("libz"), Locks.Library("libfoo", onlyOn: [Locks.Riscv64])], [], _both), Is.Null);
}
