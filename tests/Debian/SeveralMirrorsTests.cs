using System.Security.Cryptography;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Tests.Debian;

/// <summary>What happens where one mirror of several, or one state of a mirror, is not what it should be.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SeveralMirrorsTests
{
    private const string InRelease = "/debian/dists/trixie/InRelease";
    private const string Index = "/debian/dists/trixie/main/binary-amd64/Packages.gz";
    private const string Pool = "/debian/pool/main/f/foo/foo_1.0_amd64.deb";

    private static readonly TestPackage[] _packages = [TestPackage.Of("foo"), TestPackage.Of("bar")];

    private ArchiveBench _bench = null!;
    private FaultyMirror _first = null!;
    private string _firstFolder = string.Empty;

    [SetUp]
    public void Make()
    {
        _bench = new ArchiveBench();
        _firstFolder = Directory.CreateDirectory(Path.Combine(_bench.Folder, "first")).FullName;
        _first = new FaultyMirror(_firstFolder);
    }

    [TearDown]
    public void Clean()
    {
        _first.Dispose();
        _bench.Dispose();
    }

    private Mirrors Both
    {
        get
        {
            var (one, two) = (TestArchive.Mirrors(WithPassword(_first.Root)), TestArchive.Mirrors(_bench.Mirror.Root));
            return new Mirrors([.. one.Main, .. two.Main], [.. one.Security, .. two.Security], null);
        }
    }

    [Test]
    public async Task WrongBytesOfTheFirstMirrorAreAWarningWhereTheNextHasTheFile()
    {
        var (pin, content) = Pin();
        _first.Always(Pool, Fault.Gives(new byte[content.Length]));
        Assert.That(await File.ReadAllBytesAsync(await _bench.Store(mirrors: Both).FetchAsync(pin, default)), Is.EqualTo(content));
        Assert.That(_bench.Board.Warnings.Single(), Does.Contain(_first.Url(Pool).ToString()).And.Contain("does not match its checksum").And.Not.Contain("hunter2"));
    }

    [Test]
    public async Task WhereNoMirrorHasTheFileTheWrongBytesOfTheFirstAreTheError()
    {
        var (pin, content) = Pin();
        _first.Always(Pool, Fault.Gives(new byte[content.Length]));
        _bench.Mirror.Always(Pool, Fault.NotFound);
        var error = (await Assert.ThrowsAsync<ChecksumException>(() => _bench.Store(mirrors: Both).FetchAsync(pin, default)))!;
        Assert.That(error.ToString(), Does.Contain(_first.Url(Pool).ToString()).And.Contain(pin.Sha256).And.Not.Contain("hunter2"));
    }

    [Test]
    public async Task AFileBegunWithOneMirrorsWrongBytesIsFetchedWholeFromTheNext()
    {
        var (pin, content) = Pin();
        _first.Always(Pool, Fault.Gives(new byte[content.Length]) with { CutAfter = 100 });
        Assert.That(await File.ReadAllBytesAsync(await _bench.Store(mirrors: Both).FetchAsync(pin, default)), Is.EqualTo(content));
        Assert.That(_bench.Mirror.Requests.Select(request => request.Range is null), Is.EqualTo(new[] { false, true }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task AnUnbelievableReleaseOfTheFirstMirrorIsAWarningWhereTheNextHasAGoodOne(bool isForged)
    {
        _ = new TestArchive(_firstFolder, [TestPackage.Of("evil")], new TestArchiveOptions
        {
            Key = isForged ? TestKey.Stranger : TestKey.Archive,
            ValidUntil = isForged ? null : TestArchive.Now.AddHours(-1),
        });
        _ = new TestArchive(_bench.Served, _packages);
        using var suite = await _bench.OpenAsync(mirrors: Both);
        var index = await suite.PackagesAsync("amd64", default);
        Assert.That(index.Names, Is.EqualTo(new[] { "bar", "foo" }));
        Assert.That(_bench.Board.Warnings, Has.Count.EqualTo(3).And.Some.Contains(_first.Url(InRelease).ToString()));
        Assert.That(_bench.Board.Warnings, Has.All.Contains(isForged ? TestKey.Stranger.KeyId : "has expired").And.None.Contains("hunter2"));
        Assert.That(_first.Requests, Has.All.Property("Path").EndsWith("InRelease"), "the mirror that is believed goes first");
    }

    [Test]
    public async Task WhereNoMirrorIsBelievedEachIsNamed()
    {
        _ = new TestArchive(_firstFolder, _packages, new TestArchiveOptions { Key = TestKey.Stranger });
        var error = (await Assert.CatchAsync<DebianException>(() => _bench.OpenAsync(mirrors: Both)))!;
        Assert.That(error.ToString(), Does.Contain("dists/trixie").And.Contain(TestKey.Stranger.KeyId).And.Contain("404").And.Not.Contain("hunter2"));
    }

    [Test]
    public async Task AMirrorUpdatedBetweenItsReleaseAndItsIndexIsReadOnceMore()
    {
        var options = new TestArchiveOptions { HasByHash = false };
        _ = new TestArchive(_bench.Served, _packages, options);
        using var suite = await _bench.OpenAsync();
        _ = new TestArchive(_bench.Served, [.. _packages, TestPackage.Of("new")], options with { Date = options.Date.AddHours(1) });
        Assert.That((await suite.PackagesAsync("amd64", default)).Find("new"), Is.Not.Null);
        Assert.That(suite.Releases[0].Date, Is.EqualTo(options.Date.AddHours(1)));
    }

    [Test]
    public async Task AMirrorIsCalledMixedOnlyAfterItsReleaseWasFetchedAnew()
    {
        var archive = new TestArchive(_bench.Served, _packages, new TestArchiveOptions { HasByHash = false });
        await File.WriteAllBytesAsync(archive.PathOf(string.Empty, "main/binary-amd64/Packages.gz"), new byte[100]);
        using var suite = await _bench.OpenAsync();
        var error = (await Assert.ThrowsAsync<InconsistentMirrorException>(() => suite.PackagesAsync("amd64", default)))!;
        Assert.That(error.Where, Does.Contain("dists/trixie/main/binary-amd64/Packages.gz"));
        Assert.That(_bench.Mirror.Requests.Count(request => request.Path == InRelease), Is.EqualTo(2));
    }

    [Test]
    public async Task AMirrorThatFailsIsNotCalledMixed()
    {
        _ = new TestArchive(_bench.Served, _packages, new TestArchiveOptions { HasByHash = false });
        foreach (var fault in new[] { Fault.Error, Fault.Cut(5), new Fault(403) })
        {
            _bench.Mirror.Always(Index, fault);
            using var suite = await _bench.OpenAsync();
            await Assert.ThrowsAsync<DownloadException>(() => suite.PackagesAsync("amd64", default));
        }
    }

    private static Uri WithPassword(Uri root) => new UriBuilder(root) { UserName = "user", Password = "hunter2" }.Uri;

    private (PinnedPackage Pin, byte[] Content) Pin()
    {
        var content = _bench.Serve(Pool, 50_000);
        return (
            new PinnedPackage("foo", "1.0", "amd64", "foo", "1.0", ArchiveNames.Main, Pool["/debian/".Length..], content.Length, Convert.ToHexStringLower(SHA256.HashData(content))),
            content);
    }
}
