using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Tests.Debian.Suite;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DebianSuiteTests
{
    private static readonly TestPackage[] _packages =
    [
        TestPackage.Of("libfoo1", "1.0-1", more: "Depends: libc6 (>= 2.36), awk | mawk\nSource: foo (1.0)", files: "usr/lib/x86_64-linux-gnu/libfoo.so.1"),
        TestPackage.Of("libfoo1", "1.0-1+deb13u1", more: "Source: foo", suite: "-security", files: "usr/lib/x86_64-linux-gnu/libfoo.so.1"),
        TestPackage.Of("mawk", more: "Provides: awk (= 1)", files: ["usr/bin/mawk", "usr/share/doc/mawk/copyright"]),
        TestPackage.Of("data", architecture: "all", files: "usr/sbin/data-tool"),
    ];

    private ArchiveBench _bench = null!;

    [SetUp]
    public void Make() => _bench = new ArchiveBench();

    [TearDown]
    public void Clean() => _bench.Dispose();

    [Test]
    public async Task TheIndicesAnswerOverAllThreeParts()
    {
        New();
        using var suite = await _bench.OpenAsync();
        var index = await suite.PackagesAsync("amd64", default);
        var foo = index.Find("libfoo1")!;
        Assert.That(foo.Pin, Is.EqualTo(new PinnedPackage(
            "libfoo1", "1.0-1+deb13u1", "amd64", "foo", "1.0-1+deb13u1", "debian-security", _packages[1].PoolPath, _packages[1].Deb.Length, foo.Pin.Sha256)));
        Assert.That(index.Providers("awk").Single().Pin.Name, Is.EqualTo("mawk"));
        Assert.That(index.Names, Is.EqualTo(new[] { "data", "libfoo1", "mawk" }));
        Assert.That(index.Find("libfoo"), Is.Null);
        Assert.That(suite.Releases.Select(release => release.SignedBy).Distinct(), Is.EqualTo(new[] { TestKey.Archive.Fingerprint }));
        var contents = await suite.ContentsAsync("amd64", default);
        Assert.That(contents.Libraries("libfoo"), Does.Contain(new ContentsEntry("/usr/lib/x86_64-linux-gnu/libfoo.so.1", "libfoo1", "libs")));
        Assert.That(contents.CommandNames, Is.EqualTo(new[] { "data-tool", "mawk" }));
        Assert.That(contents.Commands("maw"), Is.Empty);
        Assert.That(_bench.Board.Warnings, Is.Empty);
        Assert.That(_bench.Mirror.Requests.Where(request => request.Path.Contains("Packages") || request.Path.Contains("Contents")), Is.Empty, "indices are fetched by their checksum");
    }

    [TestCase("libfoo1", "1.0-1+deb13u1", true)]
    [TestCase("libfoo1", "1.0-1", true, TestName = "a version that an update replaced, and that the main archive still lists")]
    [TestCase("data", "1.0", true, TestName = "a package for all architectures")]
    [TestCase("libfoo1", "1.0-2", false)]
    [TestCase("libfoo", "1.0-1", false)]
    public async Task APackageIsFoundInExactlyItsVersion(string name, string version, bool isListed)
    {
        New();
        using var suite = await _bench.OpenAsync();
        var found = await suite.FindPackageAsync("amd64", name, version, default);
        Assert.That((found?.Name, found?.Version), Is.EqualTo(isListed ? (name, version) : ((string?)null, (string?)null)));
        if (isListed)
        {
            var deb = _packages.First(package => package.Field("Package") == name && package.Field("Version") == version).Deb;
            Assert.That(found!.Sha256, Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(deb))));
        }
    }

    [Test]
    public async Task AnExpiredReleaseIsRefusedUnlessAskedFor()
    {
        New(new TestArchiveOptions { ValidUntil = TestArchive.Now.AddDays(-1) });
        Assert.That(await RefusedAsync(), Does.Contain("has expired").And.Contain("--checkvaliduntil=false"));
        using var suite = await _bench.OpenAsync(new SuiteOptions("trixie", ChecksValidUntil: false));
        Assert.That(_bench.Board.Warnings, Has.Some.Contains("was valid until"));
    }

    [Test]
    public async Task AnArchitectureThatTheSecurityArchiveLeavesOutIsTold()
    {
        New();
        using var suite = await _bench.OpenAsync();
        Assert.That(suite.WithoutSecurity("amd64"), Is.Null);
        Assert.That(suite.WithoutSecurity("s390x"), Is.EqualTo("trixie-security is only for amd64"));
    }

    [Test]
    public async Task AnotherSuiteThanAskedForIsRefused()
    {
        New(new TestArchiveOptions { ClaimedCodename = "bookworm" });
        Assert.That(await RefusedAsync(), Does.Contain("another suite").And.Contain("bookworm"));
    }

    [Test]
    public async Task ADateInTheFutureIsRefused()
    {
        New(new TestArchiveOptions { Date = TestArchive.Now.AddDays(2), ValidUntil = null });
        Assert.That(await RefusedAsync(), Does.Contain("future"));
    }

    [Test]
    public async Task AnotherKeyIsRefusedByItsId()
    {
        New(new TestArchiveOptions { Key = TestKey.Stranger });
        Assert.That(await RefusedAsync(), Does.Contain(TestKey.Stranger.KeyId));
    }

    [Test]
    public async Task AReleaseAlteredAfterSigningIsRefusedAndNotKept()
    {
        New(new TestArchiveOptions { AlterSigned = text => text.Replace("Components: main", "Components: evil") });
        Assert.That(await RefusedAsync(), Does.Contain("is not what").And.Contain("--mirror=URL"));
        Assert.That(Directory.Exists(_bench.CacheFolder) ? Directory.GetFiles(_bench.CacheFolder, "*", SearchOption.AllDirectories) : [], Is.Empty);
    }

    [Test]
    public async Task AnIndexThatIsNotThatOfTheReleaseIsRefusedWithBothChecksums()
    {
        var archive = New(new TestArchiveOptions { HasByHash = false });
        var path = archive.PathOf(string.Empty, "main/binary-amd64/Packages.gz");
        var bytes = await File.ReadAllBytesAsync(path);
        var promised = Sha256(bytes);
        bytes[^5] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        using var suite = await _bench.OpenAsync();
        var error = (await Assert.ThrowsAsync<InconsistentMirrorException>(() => suite.PackagesAsync("amd64", default)))!;
        Assert.That(error.Message, Does.Contain(promised).And.Contain(Sha256(bytes)).And.Contain("Packages.gz"));
    }

    [Test]
    public async Task AnIndexThatIsGoneIsRefusedAndLaterHad()
    {
        New(new TestArchiveOptions { HasByHash = false });
        _bench.Mirror.Once("/debian/dists/trixie/main/binary-amd64/Packages.gz", Fault.NotFound);
        using (var suite = await _bench.OpenAsync())
        {
            await Assert.ThrowsAsync<InconsistentMirrorException>(() => suite.PackagesAsync("amd64", default));
        }

        using var again = await _bench.OpenAsync();
        Assert.That((await again.PackagesAsync("amd64", default)).Find("mawk"), Is.Not.Null);
    }

    [Test]
    public async Task AMissingArchitectureIsNamedWithThoseThereAre()
    {
        New();
        using var suite = await _bench.OpenAsync();
        var error = (await Assert.ThrowsAsync<DebianException>(() => suite.PackagesAsync("riscv64", default)))!;
        Assert.That(error.Message, Does.Contain("no packages for riscv64").And.Contain("amd64"));
    }

    [Test]
    public async Task OfflineNeedsTheCacheAndThenNothingElse()
    {
        New();
        var error = (await Assert.ThrowsAsync<DebianException>(() => _bench.OpenAsync(isOffline: true)))!;
        Assert.That(error.Message, Does.Contain("--offline"));
        Assert.That(_bench.Mirror.Requests, Is.Empty);
        using (var suite = await _bench.OpenAsync())
        {
            await suite.PackagesAsync("amd64", default);
        }

        var requests = _bench.Mirror.Requests.Count;
        using var offline = await _bench.OpenAsync(isOffline: true, now: TestArchive.Now.AddDays(30));
        Assert.That((await offline.PackagesAsync("amd64", default)).Find("libfoo1"), Is.Not.Null);
        Assert.That(_bench.Mirror.Requests, Has.Count.EqualTo(requests));
        Assert.That(_bench.Board.Warnings, Has.Some.Contains("was valid until"));
        await Assert.ThrowsAsync<DebianException>(() => offline.ContentsAsync("amd64", default));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task OfflineTheReasonIsSaidWhereAKeptReleaseIsRefused(bool isOfAnotherKey)
    {
        New();
        (await _bench.OpenAsync()).Dispose();
        var kept = Path.Combine(_bench.CacheFolder, "releases", "trixie.InRelease");
        if (!isOfAnotherKey)
        {
            await File.WriteAllTextAsync(kept, (await File.ReadAllTextAsync(kept)).Replace("Components: main", "Components: evil"));
        }

        var error = (await Assert.ThrowsAsync<DebianException>(
            () => _bench.OpenAsync(isOffline: true, keyring: isOfAnotherKey ? TestKey.Stranger.Keyring : null)))!;
        Assert.That(error.Message, Does.Contain(kept).And.Contain("cannot be trusted").And.Contain("without --offline"));
        Assert.That(error.Message, Does.Contain(isOfAnotherKey ? TestKey.Archive.KeyId : "is not what"));
        (await _bench.OpenAsync()).Dispose();
        (await _bench.OpenAsync(isOffline: true)).Dispose();
    }

    [Test]
    public async Task OfflineNamesComeFromTheContentsOfAnOlderReleaseThatTheCacheHas()
    {
        New(new TestArchiveOptions { Date = TestArchive.Now.AddDays(-3) });
        using (var suite = await _bench.OpenAsync())
        {
            await suite.ContentsAsync("amd64", default);
        }

        _ = new TestArchive(_bench.Served, [.. _packages.Skip(1)]);
        (await _bench.OpenAsync()).Dispose();
        using var offline = await _bench.OpenAsync(isOffline: true);
        Assert.That((await offline.ContentsAsync("amd64", default)).Libraries("libfoo").Select(entry => entry.Package), Does.Contain("libfoo1"));
    }

    [Test]
    public async Task AnOlderReleaseIsNeverTakenEvenWhereDatesAreNotChecked()
    {
        New();
        (await _bench.OpenAsync()).Dispose();
        New(new TestArchiveOptions { Date = TestArchive.Now.AddDays(-3) });
        using var suite = await _bench.OpenAsync(new SuiteOptions("trixie", ChecksValidUntil: false));
        Assert.That(suite.Releases.Select(release => release.Date), Has.All.EqualTo(TestArchive.Now.AddDays(-1)));
    }

    [TestCase("../../etc/passwd")]
    [TestCase("/etc/passwd")]
    [TestCase(@"pool\..\x.deb")]
    [TestCase("pool/a\tb.deb")]
    [TestCase("pool/a\u0001b.deb")]
    public async Task APoolPathThatLeavesTheArchiveIsRefused(string path)
    {
        New(new TestArchiveOptions { AlterPackages = text => System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(text).Replace(_packages[2].PoolPath, path)) });
        using var suite = await _bench.OpenAsync();
        var error = (await Assert.ThrowsAsync<DebianException>(() => suite.PackagesAsync("amd64", default)))!;
        Assert.That(error.Message, Does.Contain("the entry for mawk").And.Contain("Filename"));
    }

    [Test]
    public async Task OnlyTheHighestVersionOfAPackageProvidesAnything()
    {
        _ = new TestArchive(_bench.Served,
        [
            TestPackage.Of("old", "1.0", more: "Provides: thing, other"),
            TestPackage.Of("old", "2.0", more: "Provides: other (= 2), other", suite: "-security"),
            TestPackage.Of("new", "2.0", more: "Provides: thing"),
            TestPackage.Of("new", "1.0", suite: "-updates"),
        ]);
        using var suite = await _bench.OpenAsync();
        var index = await suite.PackagesAsync("amd64", default);
        Assert.That(index.Providers("thing").Select(package => package.Pin.Name), Is.EqualTo(new[] { "new" }));
        Assert.That(index.Providers("other").Select(package => (package.Pin.Name, package.Pin.Version)), Is.EqualTo(new[] { ("old", "2.0") }));
    }

    [Test]
    public async Task AMirrorThatWentBackInTimeIsNoticedAndTheNewerReleaseUsed()
    {
        New();
        using (await _bench.OpenAsync())
        {
        }

        New(new TestArchiveOptions { Date = TestArchive.Now.AddDays(-3) });
        using var suite = await _bench.OpenAsync();
        Assert.That(suite.Releases.Select(release => release.Date), Has.All.EqualTo(TestArchive.Now.AddDays(-1)));
        Assert.That(_bench.Board.Warnings, Has.Exactly(3).Contains("older than"));
    }

    [Test]
    public async Task ADamagedKeptReleaseOrDerivedIndexIsMadeAnew()
    {
        New();
        using (var suite = await _bench.OpenAsync())
        {
            await suite.PackagesAsync("amd64", default);
        }

        foreach (var file in Directory.GetFiles(_bench.CacheFolder, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
        }

        using var again = await _bench.OpenAsync();
        Assert.That((await again.PackagesAsync("amd64", default)).Find("mawk")!.Pin.Version, Is.EqualTo("1.0"));
    }

    [Test]
    public async Task ASuiteCanBeHadByAnotherNameOfItsFolder()
    {
        New();
        TestArchive.Rename(_bench.Served, "trixie", "stable");
        using var suite = await _bench.OpenAsync(new SuiteOptions("trixie", OtherName: "stable"));
        Assert.That((await suite.PackagesAsync("amd64", default)).Find("mawk"), Is.Not.Null);
    }

    [Test]
    public async Task HostileIndicesAreRefusedInTimeByTheRoomsOwnError()
    {
        var random = new Random(7);
        for (var round = 0; round < 24; round++)
        {
            New(new TestArchiveOptions
            {
                AlterPackages = round % 2 == 0 ? text => Mutation.Of(text, random) : null,
                AlterCompressed = round % 2 == 1 ? (_, bytes) => Mutation.Of(bytes, random) : null,
            });
            Directory.Delete(Directory.CreateDirectory(_bench.CacheFolder).FullName, recursive: true);
            using var suite = await _bench.OpenAsync();
            try
            {
                var index = await suite.PackagesAsync("amd64", default).WaitAsync(TimeSpan.FromSeconds(10));
                Assert.That(index.Names.Select(index.Find), Has.All.Not.Null);
                var contents = await suite.ContentsAsync("amd64", default).WaitAsync(TimeSpan.FromSeconds(10));
                _ = contents.LibraryNames.Concat(contents.CommandNames).SelectMany(contents.Commands).Concat(contents.Libraries(string.Empty)).Count();
            }
            catch (DebianException)
            {
                // Refused, as it should be.
            }
        }
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));

    private TestArchive New(TestArchiveOptions? options = null) => new(_bench.Served, _packages, options);

    private async Task<string> RefusedAsync() => (await Assert.ThrowsAsync<DebianException>(() => _bench.OpenAsync()))!.Message;
}
