using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Locks with a platform of another suite, and with two platforms of one architecture.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PlatformSuiteLockTests
{
    private static readonly Platform _loong64 = KnownPlatforms.Find("linux/loong64")!;
    private static readonly Platform _armV5 = KnownPlatforms.Find("linux/arm/v5")!;

    private readonly FakeArchive _trixie = New("trixie", Locks.Amd64, "1").Add(Foo("1", Locks.Armel));
    private readonly FakeArchive _forky = New("forky", _loong64, "2");

    [OneTimeTearDown]
    public void Clean()
    {
        _trixie.Dispose();
        _forky.Dispose();
    }

    [Test]
    public async Task EachPlatformHasThePackagesOfItsSuiteAndTheLockSaysWhich()
    {
        var found = await ResolveAsync([Locks.Amd64, _loong64], [Line("libfoo")]);
        Assert.That(found.Platforms.Select(locked => (locked.Platform.Name, locked.Suite, locked.Packages.Single(package => package.Pin.Name == "libfoo1").Pin.Version)), Is.EqualTo(new[] { ("linux/amd64", null, "1"), ("linux/loong64", (string?)"forky", "2") }));
        Assert.That(found.Releases.Select(release => release.Suite), Is.EqualTo(new[] { "trixie", "forky" }));
        Assert.That(_trixie.Warnings, Has.None.Contains("differs between platforms"), "versions of two suites differ");

        var text = LockFile.Serialize(found);
        Assert.That(LockFile.Serialize(LockFile.Parse(text, "image.lock.json")), Is.EqualTo(text));
        Assert.That(Gap(found, "forky"), Is.Null);
        Assert.That(Gap(found, null)!.Lines, Is.EqualTo(new[] { "linux/loong64: its suite is trixie, in the lock it is from forky" }));

        // A run without the platform keeps it, and what it was made with.
        var less = await ResolveAsync([Locks.Amd64], [Line("libfoo"), Line("libbar")], found);
        Assert.That(less.Platforms.Select(locked => locked.Suite), Is.EqualTo(new[] { null, "forky" }));
        Assert.That(less.Releases.Select(release => release.Suite), Is.EqualTo(new[] { "trixie", "forky" }));
    }

    [Test]
    public void ALibraryThatOnlyOneOfTheSuitesHasIsToldWithTheSuite()
    {
        Assert.That(
            async () => await ResolveAsync([Locks.Amd64, _loong64], [Line("libbar")]),
            Throws.TypeOf<LockException>().With.Message.Contains("libbar: no package provides it on linux/loong64 (Debian loong64 of forky)").And.Message.Contains("add [!linux/loong64] to the line"));
        Assert.That(
            async () => await ResolveAsync([_loong64], [Line("libbar")]), Throws.TypeOf<LockException>().With.Message.Contains("linux/loong64 (Debian loong64 of forky)"));
    }

    [Test]
    public async Task APlatformOfAnArchitectureThatTheLockHasTakesItsPackages()
    {
        var before = await ResolveAsync([Locks.Armel], [Line("libfoo")]);
        using var newer = New("trixie", Locks.Armel, "9");
        var both = await ResolveAsync([Locks.Armel, _armV5], [Line("libfoo")], before, newer);
        Assert.That(both.Platforms.Select(locked => (locked.Platform.Name, locked.Packages.Single().Pin.Version)), Is.EqualTo(new[] { ("linux/arm/v6", "1"), ("linux/arm/v5", "1") }));
        var alone = await ResolveAsync([_armV5], [Line("libfoo")], before, newer);
        Assert.That(alone.Platforms.Single(locked => locked.Platform == _armV5).Packages.Single().Pin.Version, Is.EqualTo("1"), "alone too");
    }

    [Test]
    public async Task PlatformsWithoutSecurityUpdatesAreNamedWhenTheyAreResolved()
    {
        using var archive = New("trixie", Locks.Amd64, "1").Add(Foo("1", Locks.Armel));
        archive.Unsupported["armel"] = "trixie-security is only for amd64";
        var found = await archive.ResolveAsync([Locks.Amd64, Locks.Armel, _armV5], [Line("libfoo")]);
        Assert.That(archive.Warnings, Is.EqualTo(new[] { "linux/arm/v6, linux/arm/v5 get no security updates any more: trixie-security is only for amd64" }));
        archive.Warnings.Clear();
        await archive.ResolveAsync([Locks.Amd64, Locks.Armel, _armV5], [Line("libfoo")], found);
        Assert.That(archive.Warnings, Is.Empty, "nothing is resolved");
    }

    [Test]
    public void CompilersOfOptionalPlatformsAreAskedOnlyForThoseAndStay()
    {
        var request = BuildRootPackages.For(Suites.Trixie, KnownPlatforms.Default);
        var with = BuildRootPackages.For(Suites.Trixie, [Locks.Amd64, _loong64]);
        var extra = with.TextsFor("amd64").Except(request.TextsFor("amd64"));
        Assert.That(extra, Is.EqualTo(new[] { "linux/loong64 c++: g++-loongarch64-linux-gnu", "linux/loong64: gcc-loongarch64-linux-gnu", "linux/loong64: libc6-dev-loong64-cross" }));
        Assert.That(request.TextsFor("amd64").Except(with.TextsFor("amd64")), Is.Empty);
        var locked = new LockedBuildRoot("amd64", [.. with.TextsFor("amd64")], []);
        Assert.That(BuildRootResolver.Answers(locked, request, "amd64", null), Is.True);
        Assert.That(BuildRootResolver.Answers(locked with { Asked = [.. request.TextsFor("amd64")] }, with, "amd64", null), Is.False);
        Assert.That(BuildRootResolver.Answers(locked with { Asked = [.. request.TextsFor("amd64"), "bison"] }, request, "amd64", null), Is.False);
        Assert.That(BuildRootPackages.For(Suites.Bookworm, KnownPlatforms.Default).TextsFor("amd64"), Does.Contain("emulators: qemu-user-static"));
    }

    private async Task<ImageLock> ResolveAsync(IReadOnlyList<Platform> platforms, IReadOnlyList<Requirement> lines, ImageLock? previous = null, FakeArchive? trixie = null)
    {
        var main = trixie ?? _trixie;
        var suite = new MixedSuite(main, new Dictionary<string, Lazy<Task<ISuite>>> { ["loong64"] = new(() => Task.FromResult<ISuite>(_forky)) });
        return await new Resolver(suite, new Stores([_trixie, _forky, main]), _trixie, 2).ResolveAsync(
            new ResolveRequest("trixie", lines, [], platforms, previous, KeepPins: true, null, main.Folder)
            {
                PlatformSuites = platforms.Contains(_loong64) ? new Dictionary<Platform, string> { [_loong64] = "forky" } : new Dictionary<Platform, string>(),
            },
            default);
    }

    private static LockGap? Gap(ImageLock found, string? suite) => LockAnswer.Find(
        found, "trixie", [Line("libfoo")], [], [Locks.Amd64, _loong64], platformSuites: suite is null ? null : new Dictionary<Platform, string> { [_loong64] = suite });

    private static Requirement Line(string name) => RequirementFile.Parse(name + "\n", "lib-requires.txt", KnownPlatforms.All).Single();

    private static FakeArchive New(string codename, Platform platform, string version)
    {
        var archive = new FakeArchive { Codename = codename, Releases = [Locks.Small().Releases[0] with { Suite = codename }] }.Add(Foo(version, platform));
        return codename == "forky" ? archive : archive.Add(new FakePackage("libbar1", version, platform).Library("libbar.so.1").Copyright());
    }

    private static FakePackage Foo(string version, Platform platform) => new FakePackage("libfoo1", version, platform).Library("libfoo.so.1").Copyright();

    private sealed class Stores(IReadOnlyList<IPackageStore> stores) : IPackageStore
    {
        public async Task<string> FetchAsync(PinnedPackage package, CancellationToken cancellation)
        {
            foreach (var store in stores)
            {
                try
                {
                    return await store.FetchAsync(package, cancellation);
                }
                catch (PackageGoneException)
                {
                    // Another archive has it.
                }
            }

            throw new PackageGoneException(package, null);
        }
    }
}
