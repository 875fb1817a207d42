using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Lock.Model;

/// <summary>What variants have in addition, in the lock.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LockedVariantTests
{
    private static readonly LockedPlatform _image = Locks.Small().Platforms[0];

    private static readonly LockedPackage _shared = _image.Packages[0];

    private static readonly LockedPackage _new = _shared with { Pin = _shared.Pin with { Name = "strace", PoolPath = "pool/main/s/strace/strace.deb" }, Files = ["/usr/bin/strace"] };

    // The image's platform, another file of one of its packages, and a package of its own.
    private static readonly LockedPlatform _whole = _image with
    {
        Requirements = [.. _image.Requirements, new LockedRequirement("command: strace", ["/usr/bin/strace", "/usr/lib/more"])],
        Packages = [.. _image.Packages.Select(package => package == _shared ? package with { Newest = package.Newest + 5, Files = [.. package.Files, "/usr/lib/more"] } : package), _new],
    };

    private static readonly ImageLock _lock = Locks.Small() with { Variants = [new LockedVariant("debug", [LockedVariant.Difference(_whole, _image)])] };

    [Test]
    public void TheLockHasOnlyWhatTheImageHasNot()
    {
        var own = _lock.Variants[0].Platforms[0];
        Assert.That(own.Requirements.Select(requirement => requirement.Text), Is.EqualTo(new[] { "command: strace" }));
        Assert.That(own.Packages.Select(package => (package.Pin.Name, string.Join(' ', package.Files))), Is.EquivalentTo(new[] { (_shared.Pin.Name, "/usr/lib/more"), ("strace", "/usr/bin/strace") }));
    }

    [Test]
    public void BothTogetherAreTheVariant()
    {
        var whole = _lock.Of("debug").Platforms[0];
        Assert.That(whole.Requirements.Select(requirement => requirement.Text), Is.EquivalentTo(_whole.Requirements.Select(requirement => requirement.Text)));
        Assert.That(whole.Packages.Single(package => package.Pin == _shared.Pin).Newest, Is.EqualTo(_shared.Newest + 5));
        Assert.That(whole.Packages.SelectMany(package => package.Files), Is.EquivalentTo(_whole.Packages.SelectMany(package => package.Files)));
        Assert.That(LockFile.ContentDigest(_lock.Of(null)), Is.EqualTo(LockFile.ContentDigest(Locks.Small())), "the image is the same with variants and without");
    }

    [Test]
    public void ItIsReadAsItIsWritten()
    {
        var text = LockFile.Serialize(_lock);
        Assert.That(LockFile.Serialize(LockFile.Parse(text, "image.lock.json")), Is.EqualTo(text));
        Assert.That(LockFile.Serialize(Locks.Small()), Does.Not.Contain("variants"), "a lock without variants is as before");
    }

    [Test]
    public void AVariantThatDoesNotFitTheImageIsRefused()
    {
        var own = _lock.Variants[0].Platforms[0];
        Assert.That(Fault(own with { Packages = [.. own.Packages.Select(package => package with { Pin = package.Pin with { Version = "9" } })] }), Does.Contain($"the variant debug pins another {_shared.Pin.Name} than the image"));
        Assert.That(Fault(own with { Packages = [_new] }), Does.Contain("/usr/lib/more of the variant debug belongs to no package"));
        Assert.That(Fault(new LockedPlatform(Locks.Arm64, [], []), withoutArm: true), Does.Contain("the variant debug has linux/arm64, and the image does not"));
    }

    [Test]
    public void AChangeIsToldWithTheVariant()
    {
        Assert.That(LockDiff.Lines(Locks.Small(), _lock), Has.Some.StartsWith("variant debug: "));
        Assert.That(LockDiff.Summary(Locks.Small(), _lock), Does.Contain("2 packages of variants changed"));
    }

    private static string Fault(LockedPlatform own, bool withoutArm = false)
    {
        var small = Locks.Small();
        var text = LockFile.Serialize(small with { Platforms = [.. small.Platforms.Where(platform => !withoutArm || platform.Platform != Locks.Arm64)], Variants = [new LockedVariant("debug", [own])] });
        return Assert.Throws<LockException>(() => LockFile.Parse(text, "image.lock.json"))!.Message;
    }
}
