using System.Security.Cryptography;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Net;

namespace BusyboxGlibc.Tests.Debian.Archive;

/// <summary>What users reported of caches between apt and an archive (apt-cacher-ng, squid-deb-proxy, Artifactory), played by a server.</summary>
[Category(Categories.Integration)]
internal sealed class ReportedCacheTests
{
    private ArchiveBench _bench = null!;

    [SetUp]
    public void Make()
    {
        _bench = new ArchiveBench();
        _ = new TestArchive(_bench.Served, [TestPackage.Of("foo")]);
    }

    [TearDown]
    public void Clean() => _bench.Dispose();

    // moby 9592, element-web 3573: apt-cacher-ng has encrypted mirrors below /HTTPS///.
    [Test]
    public async Task AnEncryptedMirrorIsReadByAptCacherNgsNotation()
    {
        const string below = "/HTTPS///deb.example/";
        _bench.Mirror.Rule = request => request.Target.StartsWith(below, StringComparison.Ordinal) && Path.Combine(_bench.Served, request.Target[below.Length..]) is var file && File.Exists(file)
            ? Fault.Gives(File.ReadAllBytes(file)) : Fault.NotFound;
        Uri Root(string name) => MirrorUrl.Parse("Debian_Mirror", $"{_bench.Mirror.Root}HTTPS///deb.example/{name}", "a test")!;
        await IsServedAsync(new Mirrors([Root("debian")], [Root("debian-security")], null));
    }

    // openhab-linuxpkg 170: dates in a language of their own, or none that can be read.
    [Test]
    public async Task DatesThatCannotBeReadMatterToNobody()
    {
        _bench.Mirror.Rule = request => File.Exists(Path.Combine(_bench.Served, request.Target.TrimStart('/')))
            ? new Fault(Headers: "Date: Mo, 1 Juni 2020 10:00:00 MESZ\r\nLast-Modified: gestern\r\nExpires: -1\r\nAge: x\r\nContent-Type: \r\n") : null;
        await IsServedAsync(TestArchive.Mirrors(_bench.Mirror.Root));
    }

    // moby 16941, element-web 3573: the cache lets nobody through to an encrypted mirror.
    [Test]
    public async Task ACacheThatRefusesToConnectIsNamedWithItsAnswer()
    {
        _bench.Mirror.Rule = request => request.Method == "CONNECT" ? new Fault(403) : null;
        var proxies = new ProxyRules(name => name == "https_proxy" ? _bench.Mirror.Root.AbsoluteUri : null);
        using var http = Downloader.NewClient(proxies);
        var client = new ArchiveClient(new ArchiveCache(_bench.CacheFolder), new Downloader(http, ArchiveBench.Quick, proxies), isOffline: false);
        var error = (await Assert.CatchAsync<DebianException>(() => DebianSuite.OpenAsync(
            new SuiteOptions("trixie"), TestArchive.Mirrors(new Uri("https://deb.example")), client, TestKey.Archive.Keyring, new FixedClock(TestArchive.Now), _bench.Board, default)))!;
        Assert.That(error.Message, Does.Contain("403").And.Contain($"through the proxy http://127.0.0.1:{_bench.Mirror.Port}"));
    }

    private async Task IsServedAsync(Mirrors mirrors)
    {
        using var suite = await _bench.OpenAsync(mirrors: mirrors);
        var pin = (await suite.PackagesAsync("amd64", default)).Find("foo")!.Pin;
        var path = await _bench.Store(mirrors: mirrors).FetchAsync(pin, default);
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path))), Is.EqualTo(pin.Sha256));
    }
}
