using BusyboxGlibc.Busybox;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Image;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Image;

/// <summary>The digest that an image gives of its packages: of exactly those that are in it, whatever else the lock holds.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ImageMetadataTests
{
    private static readonly BusyboxIdentity _compiled = new("1.38.0", BusyboxOrigin.Source);

    // What a lock may hold beside: each makes another lock of the same image.
    private static readonly Func<ImageLock, ImageLock>[] _additions =
    [
        Locks.WithBusybox,
        whole => whole with { Platforms = [.. whole.Platforms, .. Locks.Small("1:1.2-3").Platforms.Take(1).Select(locked => locked with { Platform = Locks.Riscv64 })] },
        whole => whole with { BuildRoots = [new LockedBuildRoot("amd64", ["make"], [])] },
        whole => whole with { Releases = [] },
        whole => whole with { Busybox = new LockedBusyboxRelease("1.38.0", Locks.Sha("busybox")) },
        whole => whole with { Platforms = [.. whole.Platforms.Select(locked => locked with { Requirements = [.. locked.Requirements, new LockedRequirement("libz.so.1", [])] })] },
        whole => whole with { Platforms = [.. whole.Platforms.Where(locked => locked.Platform == Locks.Amd64)] },
        whole => whole with { Platforms = [.. whole.Platforms.Reverse()] },
    ];

    [Test]
    public void WhateverElseTheLockHoldsTheDigestIsTheSame()
    {
        var expected = DigestOf(Locks.Small(), Locks.Amd64);
        for (var chosen = 0; chosen < 1 << _additions.Length; chosen++)
        {
            var whole = _additions.Where((_, index) => (chosen >> index & 1) == 1).Aggregate(Locks.Small(), (before, add) => add(before));
            Assert.That(DigestOf(whole, Locks.Amd64), Is.EqualTo(expected), $"additions {chosen:b8}");
        }
    }

    // Each changes what is in the image of amd64.
    private static IEnumerable<TestCaseData> Changes()
    {
        TestCaseData Case(string name, Func<LockedPackage, LockedPackage> change) => new TestCaseData(change).SetArgDisplayNames(name);
        yield return Case("version", package => package with { Pin = package.Pin with { Version = "9" } });
        yield return Case("bytes", package => package with { Pin = package.Pin with { Sha256 = Locks.Sha("other") } });
        yield return Case("a file more", package => package with { Files = [.. package.Files, "/usr/share/x"] });
        yield return Case("a file less", package => package with { Files = [.. package.Files.Skip(1)] });
        yield return Case("a link", package => package with { Links = [new LockedLink("/usr/lib/x", "/usr/lib/y")] });
    }

    [TestCaseSource(nameof(Changes))]
    public void WhatChangesTheImageChangesTheDigest(object change)
    {
        var small = Locks.Small();
        for (var package = 0; package < small.Platforms[0].Packages.Count; package++)
        {
            var changed = small with
            {
                Platforms = [.. small.Platforms.Select(locked => locked.Platform != Locks.Amd64 ? locked : locked with
                {
                    Packages = [.. locked.Packages.Select((old, index) => index == package ? ((Func<LockedPackage, LockedPackage>)change)(old) : old)],
                })],
            };
            Assert.That(DigestOf(changed, Locks.Amd64), Is.Not.EqualTo(DigestOf(small, Locks.Amd64)));
            Assert.That(DigestOf(changed, Locks.Arm64), Is.EqualTo(DigestOf(small, Locks.Arm64)), "another platform's image has it not");
            Assert.That(DigestOf(changed, Locks.Amd64, Locks.Arm64), Is.Not.EqualTo(DigestOf(small, Locks.Amd64, Locks.Arm64)), "the index has");
        }
    }

    // A platform of another suite states its own; the version, which is a tag, names both, and the time is that of the image's own suite.
    [Test]
    public void APlatformOfAnotherSuiteSaysSoAndChangesNoOther()
    {
        var small = Locks.Small();
        var loong64 = KnownPlatforms.Find("linux/loong64")!;
        var mixed = small with
        {
            Platforms =
            [
                .. small.Platforms,
                new LockedPlatform(loong64, [], [Locks.Package("libc6", "2.43-7", loong64, "/usr/lib/x") with { Newest = 1_900_000_000 }]) { Suite = "forky" },
            ],
        };
        var (before, after) = (Facts(small), Facts(mixed));
        Assert.That(after.Epoch, Is.EqualTo(before.Epoch));
        Assert.That(after.Labels(_compiled, [Locks.Amd64]), Is.EqualTo(before.Labels(_compiled, [Locks.Amd64])));
        Assert.That(after.CreatedBy(_compiled, Locks.Amd64), Is.EqualTo(before.CreatedBy(_compiled, Locks.Amd64)));
        string[] Said(params Platform[] platforms) =>
            [.. ((string[])["org.opencontainers.image.version", "io.github.busybox-glibc.debian.suite", "io.github.busybox-glibc.glibc.version"]).Select(key => after.Labels(_compiled, platforms)[key])];
        Assert.That(Said(loong64), Is.EqualTo(new[] { "1.38.0-glibc-debian14", "forky", "2.43" }));
        Assert.That(Said(Locks.Amd64, loong64), Is.EqualTo(new[] { "1.38.0-glibc-debian13-debian14", "trixie,forky", "2.41" }));
        Assert.That(after.CreatedBy(_compiled, loong64), Does.Contain("glibc 2.43, Debian 14"));
    }

    [Test]
    public void DebiansBusyboxCountsWhereItIsInTheImage()
    {
        var both = Locks.WithBusybox(Locks.Small());
        Assert.That(Facts(both).LockDigest([Locks.Amd64]), Is.Not.EqualTo(Facts(Locks.Small()).LockDigest([Locks.Amd64])));
        Assert.That(Facts(both).LockDigest([Locks.Amd64]), Is.EqualTo(Facts(both with { BuildRoots = [new LockedBuildRoot("amd64", ["make"], [])] }).LockDigest([Locks.Amd64])));
    }

    // As an image whose BusyBox is compiled says it of itself.
    private static string DigestOf(ImageLock whole, params Platform[] platforms) =>
        Facts(whole.Without(BaseParts.BusyboxPackage)).Labels(_compiled, platforms)["io.github.busybox-glibc.lock.digest"];

    private static ImageMetadata Facts(ImageLock seen) => ImageMetadata.Of(seen, Suites.Find("trixie")!, null);
}
