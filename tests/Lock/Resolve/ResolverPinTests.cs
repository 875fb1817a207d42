using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>How platforms follow the first one, and how an older lock's pins stay or go.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ResolverPinTests
{
    private static readonly Platform[] _one = [Locks.Amd64];
    private static readonly Platform[] _three = [Locks.Amd64, Locks.Arm64, Locks.Armel];

    private static FakePackage Numa(Platform platform) =>
        new FakePackage("libnuma1", "2.0.19-1", platform) { Depends = "libc6" }.Library("libnuma.so.1", "libc.so.6").Copyright();

    private static string VersionOf(ImageLock image, string package, int platform = 0) =>
        image.Platforms[platform].Packages.Single(locked => locked.Pin.Name == package).Pin.Version;

    [Test]
    public async Task TheOtherPlatformsTakeTheSamePackagesWithoutTheirContents()
    {
        using var archive = ResolverTests.Archive(_three).Add(_three, platform => ResolverTests.LibZ(platform));
        var image = await archive.ResolveAsync(_three, [Locks.Library("libz")]);
        Assert.That(image.Platforms.Select(platform => platform.Platform), Is.EqualTo(new[] { Locks.Amd64, Locks.Arm64, Locks.Armel }));
        Assert.That(image.Platforms[2].Packages.SelectMany(package => package.Files), Does.Contain("/usr/lib/arm-linux-gnueabi/libz.so.1").And.Contain("/usr/lib/ld-linux.so.3"));
        Assert.That(archive.ContentsAsked.Distinct(), Is.EqualTo(new[] { "amd64" }));
    }

    [Test]
    public async Task APlatformThatDiffersAsksItsOwnContents()
    {
        using var archive = ResolverTests.Archive(_three).Add([Locks.Amd64, Locks.Arm64], Numa)
            .Add(new FakePackage("libnuma1-armel", "2", Locks.Armel) { Depends = "libc6" }.Library("libnuma.so.1", "libc.so.6").Copyright());
        var image = await archive.ResolveAsync(_three, [Locks.Library("libnuma")]);
        Assert.That(image.Platforms[2].Packages.Select(package => package.Pin.Name), Does.Contain("libnuma1-armel"));
        Assert.That(archive.ContentsAsked.Distinct(), Is.EquivalentTo(new[] { "amd64", "armel" }));
    }

    [Test]
    public async Task ALibraryMissingOnOnePlatformIsAnErrorThatSaysWhereItIsAndWhatToWrite()
    {
        using var archive = ResolverTests.Archive(_three).Add([Locks.Amd64, Locks.Arm64], Numa);
        await Assert.ThatAsync(
            () => archive.ResolveAsync(_three, [Locks.Library("libnuma", 2)]),
            Throws.TypeOf<LockException>().With.Message.EqualTo(
                """
                libnuma: no package provides it on linux/arm/v6 (Debian armel)
                  where  lib-requires.txt:2
                  why    found on the others as libnuma1 2.0.19-1
                  next   add [!linux/arm/v6] to the line, or mark it optional with '?'
                """));
        var image = await archive.ResolveAsync(_three, [Locks.Library("libnuma", 2, [Locks.Amd64, Locks.Arm64])]);
        Assert.That(image.Platforms[2].Requirements, Is.Empty);
    }

    [Test]
    public async Task AnOptionalLibraryThatIsAbsentIsANoteAndAnEmptyAnswer()
    {
        using var archive = ResolverTests.Archive(_three).Add([Locks.Amd64, Locks.Arm64], Numa);
        var image = await archive.ResolveAsync(_three, [Locks.Library("libnuma", 2, optional: true)]);
        Assert.That(image.Platforms[2].Requirements.Single(), Is.EqualTo(new LockedRequirement("libnuma ?", image.Platforms[2].Requirements[0].Files)));
        Assert.That(image.Platforms[2].Requirements[0].Files, Is.Empty);
        Assert.That(archive.Notes, Is.EqualTo(new[] { "libnuma is optional and absent (linux/arm/v6), lib-requires.txt:2" }));
    }

    [Test]
    public async Task ALibraryOfOtherPlatformsOnlyIsFoundThroughTheFirstOnesContents()
    {
        using var archive = ResolverTests.Archive(_three).Add(_three, Numa);
        var image = await archive.ResolveAsync(_three, [Locks.Library("libnuma", 2, [Locks.Arm64]), Locks.Library("libm")]);
        Assert.That(image.Platforms.Select(platform => platform.Packages.Any(package => package.Pin.Name == "libnuma1")), Is.EqualTo(new[] { false, true, false }));
        Assert.That(archive.ContentsAsked.Distinct(), Is.EqualTo(new[] { "amd64" }));
    }

    [Test]
    public async Task AllErrorsAreToldAtOnceWithTheNearestNames()
    {
        using var archive = ResolverTests.Archive(_three).Add(_three, Numa);
        await Assert.ThatAsync(
            () => archive.ResolveAsync(_three, [Locks.Library("libnumma", 1), Locks.Library("libq", 2), Locks.Library("libnuma.so.7", 3), Locks.Library("libm", 4, package: "libc7")]),
            Throws.TypeOf<LockException>()
                .With.Message.StartsWith("4 requirements cannot be satisfied")
                .And.Message.Contains("lib-requires.txt:1").And.Message.Contains("did you mean libnuma?")
                .And.Message.Contains("lib-requires.txt:2")
                .And.Message.Contains("linux/amd64 has libnuma.so.1, another version with another ABI")
                .And.Message.Contains("trixie has no package libc7").And.Message.Contains("did you mean libc6?"));
    }

    [Test]
    public async Task ALibraryThatTheNamedPackageLacksIsToldWithWhatItHas()
    {
        using var archive = ResolverTests.Archive().Add(Numa(Locks.Amd64));
        await Assert.ThatAsync(
            () => archive.ResolveAsync(_one, [Locks.Library("libnuma2", package: "libnuma1")]),
            Throws.TypeOf<LockException>().With.Message.Contains("libnuma1 2.0.19-1 does not contain it").And.Message.Contains("its libraries are libnuma.so.1, libnuma.so.1.0.1"));
    }

    [Test]
    public async Task ALockThatAnswersIsTakenAsItIsWithoutAnyIndex()
    {
        using var archive = ResolverTests.Archive().Add(Numa(Locks.Amd64));
        var image = await archive.ResolveAsync(_one, [Locks.Library("libnuma")]);
        using var empty = new FakeArchive { Releases = [] };
        var again = await empty.ResolveAsync(_one, [Locks.Library("libnuma")], image);
        Assert.That(LockFile.Serialize(again), Is.EqualTo(LockFile.Serialize(image)));
    }

    [Test]
    public async Task AddingALineReadsOnlyWhatIsNewAndGivesWhatAllOfItGives()
    {
        using var archive = ResolverTests.Archive(_three).Add(_three, Numa).Add(_three, platform => ResolverTests.LibZ(platform));
        var image = await archive.ResolveAsync(_three, [Locks.Library("libz")]);
        archive.Fetched.Clear();
        var added = await archive.ResolveAsync(_three, [Locks.Library("libz"), Locks.Library("libnuma")], image);
        Assert.That(archive.Fetched.Distinct(), Is.EqualTo(new[] { "libnuma1" }));
        var again = await archive.ResolveAsync(_three, [Locks.Library("libz"), Locks.Library("libnuma")]);
        Assert.That(LockFile.Serialize(added), Is.EqualTo(LockFile.Serialize(again)));
    }

    [Test]
    public async Task TakingALineOutLeavesNothingOfItBehind()
    {
        using var archive = ResolverTests.Archive().Add(Numa(Locks.Amd64)).Add(ResolverTests.LibZ(Locks.Amd64));
        var small = await archive.ResolveAsync(_one, [Locks.Library("libz")]);
        var both = await archive.ResolveAsync(_one, [Locks.Library("libz"), Locks.Library("libnuma")]);
        Assert.That(LockFile.Serialize(await archive.ResolveAsync(_one, [Locks.Library("libz")], both)), Is.EqualTo(LockFile.Serialize(small)));
    }

    [Test]
    public async Task PinsStayWhileWantedAndGoWhenRenewedOrDropped()
    {
        using var archive = ResolverTests.Archive().Add(ResolverTests.LibZ(Locks.Amd64)).Add(Numa(Locks.Amd64));
        var old = await archive.ResolveAsync(_one, [Locks.Library("libz")]);
        archive.Add(ResolverTests.LibZ(Locks.Amd64, "1:1.3.1-2"));
        Requirement[] more = [Locks.Library("libz"), Locks.Library("libnuma")];
        Assert.That(VersionOf(await archive.ResolveAsync(_one, more, old), "zlib1g"), Is.EqualTo("1:1.3.1-1"));
        Assert.That(VersionOf(await archive.ResolveAsync(_one, more, old, keepPins: false), "zlib1g"), Is.EqualTo("1:1.3.1-2"));
        Assert.That(VersionOf(await archive.ResolveAsync(_one, more, old, dropped: new HashSet<string> { "zlib1g:amd64" }), "zlib1g"), Is.EqualTo("1:1.3.1-2"));
        Assert.That(VersionOf(await archive.ResolveAsync(_one, more, old, dropped: new HashSet<string> { "zlib1g:arm64" }), "zlib1g"), Is.EqualTo("1:1.3.1-1"));
    }

    [Test]
    public async Task ANewPackageThatNeedsANewerOneUpgradesItsPinAndThoseBuiltWithIt()
    {
        using var archive = ResolverTests.Archive()
            .Add(new FakePackage("libstdc++6", "14.2-1", Locks.Amd64) { Source = "gcc-14", Depends = "gcc-14-base (= 14.2-1)" }.Library("libstdc++.so.6").Link("/usr/share/doc/libstdc++6", "gcc-14-base"))
            .Add(new FakePackage("gcc-14-base", "14.2-1", Locks.Amd64) { Source = "gcc-14" }.Copyright());
        var old = await archive.ResolveAsync(_one, [Locks.Library("libstdc++")]);
        archive
            .Add(new FakePackage("libstdc++6", "14.2-2", Locks.Amd64) { Source = "gcc-14", Depends = "gcc-14-base (= 14.2-2)" }.Library("libstdc++.so.6").Link("/usr/share/doc/libstdc++6", "gcc-14-base"))
            .Add(new FakePackage("gcc-14-base", "14.2-2", Locks.Amd64) { Source = "gcc-14" }.Copyright())
            .Add(new FakePackage("libgomp1", "14.2-2", Locks.Amd64) { Source = "gcc-14", Depends = "gcc-14-base (= 14.2-2)" }.Library("libgomp.so.1").Link("/usr/share/doc/libgomp1", "gcc-14-base"));
        var image = await archive.ResolveAsync(_one, [Locks.Library("libstdc++"), Locks.Library("libgomp")], old);
        Assert.That(image.Platforms[0].Packages.Select(package => $"{package.Pin.Name} {package.Pin.Version}"), Is.EqualTo(new[]
        {
            "gcc-14-base 14.2-2", "libgomp1 14.2-2", "libstdc++6 14.2-2",
        }));
        Assert.That(archive.Notes, Is.EquivalentTo(new[]
        {
            "gcc-14-base 14.2-1 → 14.2-2: libgomp1 14.2-2 needs gcc-14-base (= 14.2-2) (all platforms)",
            "libstdc++6 14.2-1 → 14.2-2: it is built with gcc-14-base (all platforms)",
        }));
    }

    [Test]
    public async Task APinThatLeftTheArchiveIsResolvedAnewAndToldOf()
    {
        using var archive = ResolverTests.Archive().Add(ResolverTests.LibZ(Locks.Amd64)).Add(Numa(Locks.Amd64));
        var old = await archive.ResolveAsync(_one, [Locks.Library("libz"), Locks.Library("libnuma")]);
        archive.Add(ResolverTests.LibZ(Locks.Amd64, "1:1.3.1-2"));
        archive.Forget(old.Platforms[0].Packages.Single(package => package.Pin.Name == "zlib1g").Pin);
        var image = await archive.ResolveAsync(_one, [Locks.Library("libz")], old);
        Assert.That(VersionOf(image, "zlib1g"), Is.EqualTo("1:1.3.1-2"));
        Assert.That(archive.Notes, Is.EqualTo(new[] { "zlib1g 1:1.3.1-1 → 1:1.3.1-2: it is no longer available (all platforms)" }));
    }

    [Test]
    public async Task PlatformsThatAreNotAskedForStayAsTheyAre()
    {
        using var archive = ResolverTests.Archive(_three).Add(_three, Numa);
        var old = await archive.ResolveAsync(_three, [Locks.Library("libnuma")]);
        var image = await archive.ResolveAsync([Locks.Arm64], [Locks.Library("libm")], old);
        Assert.That(image.Platforms.Select(platform => platform.Requirements[0].Text), Is.EqualTo(new[] { "libnuma", "libm", "libnuma" }));
    }

    [Test]
    public async Task AnotherSuiteStartsAnew()
    {
        using var archive = ResolverTests.Archive(_three).Add(_three, Numa);
        var old = await archive.ResolveAsync(_three, [Locks.Library("libnuma")]) with { Suite = "bookworm" };
        var image = await archive.ResolveAsync(_one, [Locks.Library("libnuma")], old);
        Assert.That((image.Suite, image.Platforms.Count), Is.EqualTo(("trixie", 1)));
        Assert.That(archive.Notes.Single(), Does.Contain("the lock was for bookworm"));
    }

    [Test]
    public async Task ASourceWhoseVersionsDifferIsAWarningButNotARebuildOfOne()
    {
        using var archive = ResolverTests.Archive(_three)
            .Add(_three, platform => ResolverTests.LibZ(platform, platform == Locks.Armel ? "1:1.3.1-0" : "1:1.3.1-1"))
            .Add(_three, platform => new FakePackage("libcap2", platform == Locks.Arm64 ? "2.75-1+b1" : "2.75-1", platform) { SourceVersion = "2.75-1" }.Library("libcap.so.2").Copyright());
        await archive.ResolveAsync(_three, [Locks.Library("libz"), Locks.Library("libcap")]);
        Assert.That(archive.Warnings, Is.EqualTo(new[] { "zlib differs between platforms: 1:1.3.1-1 on linux/amd64, linux/arm64; 1:1.3.1-0 on linux/arm/v6" }));
    }

    [Test]
    public async Task VersionsOfPlatformsThatTheRunDoesNotBuildAreNotCompared()
    {
        using var archive = ResolverTests.Archive(_three)
            .Add(_three, platform => ResolverTests.LibZ(platform, platform == Locks.Armel ? "1:1.3.1-0" : "1:1.3.1-1"));
        var image = await archive.ResolveAsync(_three, [Locks.Library("libz")]);
        archive.Warnings.Clear();
        await archive.ResolveAsync(_one, [Locks.Library("libz")], image);
        Assert.That(archive.Warnings, Is.Empty);
    }

    [Test]
    public async Task TheOrderOfTheLinesDoesNotChangeTheLock()
    {
        using var archive = ResolverTests.Archive(_three).Add(_three, Numa).Add(_three, platform => ResolverTests.LibZ(platform));
        Requirement[] lines = [Locks.Library("libnuma"), Locks.Library("libz"), Locks.Library("libnss"), Locks.Library("libm")];
        var first = LockFile.Serialize(await archive.ResolveAsync(_three, lines));
        Assert.That(LockFile.Serialize(await archive.ResolveAsync(_three, [.. lines.Reverse()])), Is.EqualTo(first));
    }

    [Test]
    public async Task APackageForAllArchitecturesIsReadOnce()
    {
        using var archive = ResolverTests.Archive(_three).Add(new FakePackage("netbase", "6", Locks.Amd64) { IsForAll = true }.File("/etc/services").Copyright());
        var image = await archive.ResolveAsync(_three, [], bases: [new BasePackage("netbase", ["/etc/services"], "the netbase feature")]);
        Assert.That(archive.Fetched.Count(name => name == "netbase"), Is.EqualTo(1));
        Assert.That(image.Platforms[2].Packages.Single().Pin.Architecture, Is.EqualTo("all"));
        Assert.That(LockFile.Serialize(LockFile.Parse(LockFile.Serialize(image), "l")), Is.EqualTo(LockFile.Serialize(image)));
    }

    [Test]
    public async Task CancellingEndsTheRun()
    {
        using var archive = ResolverTests.Archive(_three).Add(_three, Numa);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThatAsync(
            () => new Resolver(archive, archive, archive, 2).ResolveAsync(
                new ResolveRequest("trixie", [Locks.Library("libnuma")], [], _three, null, true, null, archive.Folder), cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }
}
