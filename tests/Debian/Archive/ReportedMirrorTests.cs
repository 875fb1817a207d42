using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.Debian.Archive;

/// <summary>What users reported of mirrors, repository managers and proxies, played by a server; the file is had, or the error says what helps.</summary>
[Category(Categories.Integration)]
internal sealed class ReportedMirrorTests
{
    private const string Index = "/debian/dists/trixie/main/binary-amd64/Packages";
    private const string WebPage = "<!DOCTYPE html><html lang=\"zh-cn\"><head><meta charset=\"utf-8\"></head><body>Sorry, you've been denied access to this page</body></html>";
    private const string OfPage = "Content-Type: text/html\r\n";

    private static readonly TestPackage[] _packages = [TestPackage.Of("foo"), TestPackage.Of("bar", "1.0+dfsg1~deb13u1")];

    private ArchiveBench _bench = null!;
    private FaultyMirror _second = null!;

    [SetUp]
    public void Make()
    {
        _bench = new ArchiveBench();
        _second = new FaultyMirror(_bench.Served);
    }

    [TearDown]
    public void Clean()
    {
        _second.Dispose();
        _bench.Dispose();
    }

    private Mirrors Both => new([_bench.Mirror.Url("/debian"), _second.Url("/debian")], [_bench.Mirror.Url("/debian-security"), _second.Url("/debian-security")], null);

    // aptly 98, apt-mirror2 12, apt-transport-s3 6: object stores take a plus for a blank.
    [Test]
    public async Task APlusInANameIsEncodedAsObjectStoresNeedIt()
    {
        _ = new TestArchive(_bench.Served, _packages);
        _bench.Mirror.Rule = request => request.Target.Contains('+', StringComparison.Ordinal) ? new Fault(403, "x-amz-request-id: 1\r\n") : null;
        await IsServedAsync("bar");
    }

    // apt-mirror 3, vector 19654: there is none; osquery 4081: an object store says 403 of what it lacks.
    [TestCase(404)]
    [TestCase(403)]
    public async Task AMirrorWithoutInReleaseIsReadByReleaseAndItsSignature(int status)
    {
        Split(new TestArchive(_bench.Served, _packages));
        _bench.Mirror.Rule = request => request.Target.EndsWith("/InRelease", StringComparison.Ordinal) ? new Fault(status) : null;
        await IsServedAsync("foo");
        Assert.That(_bench.Board.Warnings, Is.Empty);
        using var offline = await _bench.OpenAsync(isOffline: true);
        Assert.That(offline.Releases, Has.Count.EqualTo(3), "it is kept as any other");
    }

    [Test]
    public async Task AReleaseThatIsNotWhatItsSignatureIsOfIsRefused()
    {
        var archive = new TestArchive(_bench.Served, _packages);
        Split(archive);
        await File.AppendAllTextAsync(archive.PathOf(string.Empty, "Release"), "Evil: yes\n");
        var error = (await Assert.CatchAsync<DebianException>(() => _bench.OpenAsync()))!;
        Assert.That(error.Message, Does.Contain("cannot be trusted").And.Contain($"its text is not what {TestKey.Archive.Fingerprint} signed").And.Contain("--mirror="));
    }

    [Test]
    public async Task ADetachedSignatureOfAStrangerIsRefused()
    {
        Split(new TestArchive(_bench.Served, _packages), TestKey.Stranger);
        Assert.That((await Assert.CatchAsync<DebianException>(() => _bench.OpenAsync()))!.Message, Does.Contain(TestKey.Stranger.KeyId));
    }

    // apt-mirror 105: a signature without armor, which apt does not take either.
    [Test]
    public async Task ASignatureWithoutArmorIsAnErrorThatNamesAnotherMirror()
    {
        var archive = new TestArchive(_bench.Served, _packages);
        Split(archive);
        await File.WriteAllBytesAsync(archive.PathOf(string.Empty, "Release.gpg"), [0x88, 0x75, 4, 0, 0x16, 8]);
        Assert.That((await Assert.CatchAsync<DebianException>(() => _bench.OpenAsync()))!.Message, Does.Contain("its signature is missing or incomplete").And.Contain("--mirror="));
    }

    [Test]
    public async Task AMirrorThatDoesNotAnswerIsNotAskedForOtherFiles()
    {
        _bench.Mirror.Rule = _ => Fault.Error;
        await Assert.CatchAsync<DebianException>(() => _bench.OpenAsync());
        Assert.That(_bench.Mirror.Requests, Has.All.Property("Path").EndsWith("/InRelease"));
    }

    // fpm-recipes 83, apt-select 58, goaccess 2850: 200 with a web page for whatever is asked, also by a network that wants a login.
    [Test]
    public async Task AWebPageInPlaceOfAReleaseIsCalledThat()
    {
        _bench.Mirror.Rule = _ => Fault.Gives(Encoding.UTF8.GetBytes(WebPage)) with { Headers = OfPage };
        var error = (await Assert.CatchAsync<DebianException>(() => _bench.OpenAsync()))!;
        Assert.That(error.Message, Does.Contain("it is a web page").And.Contain("requires a login").And.Contain("open it in a browser").And.Contain("--mirror="));
        _ = new TestArchive(_bench.Served, _packages);
        await IsServedAsync("foo", Both);
        Assert.That(_bench.Board.Warnings, Has.Some.Contains("it is a web page"));
    }

    [Test]
    public async Task AWebPageInPlaceOfAPackageIsCalledThat()
    {
        _ = new TestArchive(_bench.Served, _packages);
        _bench.Mirror.Rule = request => request.Target.Contains("/pool/", StringComparison.Ordinal) ? Fault.Gives(Encoding.UTF8.GetBytes(WebPage)) with { Headers = OfPage } : null;
        var error = (await Assert.CatchAsync<DebianException>(() => IsServedAsync("foo")))!;
        Assert.That(error.Message, Does.Contain($"it has {WebPage.Length} bytes instead of").And.Contain("a web page").And.Contain("--mirror=URL"));
        await IsServedAsync("foo", Both);
    }

    // tuna/issues 2331, 2358, 2456: indices are served, packages are 403 with a page for networks that fetched much.
    [Test]
    public async Task AMirrorThatDeniesItsPackagesIsPassedOver()
    {
        _ = new TestArchive(_bench.Served, _packages);
        _bench.Mirror.Rule = request => request.Target.Contains("/pool/", StringComparison.Ordinal) ? new Fault(403, OfPage, Content: Encoding.UTF8.GetBytes(WebPage)) : null;
        var error = (await Assert.CatchAsync<DownloadException>(() => IsServedAsync("foo")))!;
        Assert.That(error.Message, Does.Contain("403 Forbidden").And.Contain("choose another mirror: --mirror=URL"));
        await IsServedAsync("foo", Both);
    }

    // MirrorCache 654: every .gz is said to be in the coding x-gzip, and comes as it is.
    [TestCase("x-gzip")]
    [TestCase("gzip")]
    public async Task ACodingThatIsOnlySaidIsLeftAlone(string coding)
    {
        _ = new TestArchive(_bench.Served, _packages);
        _bench.Mirror.Rule = request => request.Target.EndsWith(".gz", StringComparison.Ordinal) ? new Fault(Headers: $"Content-Encoding: {coding}\r\n") : null;
        await IsServedAsync("foo");
    }

    // librepo 253, openresty-packaging 75, ztpserver 316: the server compresses whatever it sends, and says the length of that.
    [TestCase(false)]
    [TestCase(true)]
    public async Task WhatTheServerCompressesIsUnpacked(bool isCut)
    {
        _ = new TestArchive(_bench.Served, _packages);
        var cuts = 0;
        _bench.Mirror.Rule = request =>
        {
            var path = Path.Combine(_bench.Served, Uri.UnescapeDataString(request.Target).TrimStart('/'));
            return !File.Exists(path) ? null
                : Fault.Gives(Packed(File.ReadAllBytes(path))) with { Headers = "Content-Encoding: gzip\r\n", CutAfter = isCut && request.Target.Contains("/pool/", StringComparison.Ordinal) && cuts++ == 0 ? 200 : null };
        };
        await IsServedAsync("foo");
    }

    // MirrorCache 395 (through apt-cacher-ng), nodesource 381, defguard 1798: a cache on the way has another state of an index.
    [TestCase(true)]
    [TestCase(false)]
    public async Task ACacheWithAnOldIndexIsToldToLookAgain(bool isOfThatSize)
    {
        _ = new TestArchive(_bench.Served, _packages, new TestArchiveOptions { HasByHash = false });
        var size = new FileInfo(Path.Combine(_bench.Served, (Index + ".gz").TrimStart('/'))).Length;
        _bench.Mirror.Rule = request => request.Target == Index + ".gz" && !request.Headers.GetValueOrDefault("Cache-Control", string.Empty).Contains("no-cache", StringComparison.Ordinal)
            ? Fault.Gives(new byte[size + (isOfThatSize ? 0 : 37)])
            : null;
        await IsServedAsync("foo");
        Assert.That(_bench.Mirror.Requests.Count(request => request.Path == Index + ".gz"), Is.EqualTo(2));
    }

    // preston 211: by-hash is promised by a Release that a repository manager hands on, and is not there.
    [TestCase(404)]
    [TestCase(403)]
    [TestCase(400)]
    public async Task IndicesAreFoundByNameWhereByHashIsNotThere(int status)
    {
        _ = new TestArchive(_bench.Served, _packages);
        _bench.Mirror.Rule = request => request.Target.Contains("/by-hash/", StringComparison.Ordinal) ? new Fault(status) : null;
        await IsServedAsync("foo");
    }

    // artifact-keeper 810: a proxy that lacks the one compression or the other.
    [TestCase(".xz")]
    [TestCase(".gz")]
    public async Task TheOtherCompressionIsTaken(string lacks)
    {
        _ = new TestArchive(_bench.Served, _packages, new TestArchiveOptions { Compressions = [".xz", ".gz"], HasByHash = false });
        _bench.Mirror.Rule = request => request.Target.EndsWith(lacks, StringComparison.Ordinal) ? Fault.NotFound : null;
        await IsServedAsync("foo");
    }

    // securityonion 772: apt-cacher-ng says so of a file while another client fetches it.
    [Test]
    public async Task AProxyThatIsOutOfStepIsAskedAgain()
    {
        _ = new TestArchive(_bench.Served, _packages);
        var asked = 0;
        _bench.Mirror.Rule = _ => Interlocked.Increment(ref asked) % 2 == 1 ? new Fault(503, "X-Reason: Inconsistent file state\r\n") : null;
        await IsServedAsync("foo");
    }

    // official-images 16044, neurodebian 78: snapshot archives limit how much is asked of them.
    [Test]
    public async Task AMirrorThatAsksForMoreTimeThanABuildHasIsAnErrorWithThatTime()
    {
        _bench.Mirror.Rule = _ => Fault.Busy(3600);
        var error = (await Assert.CatchAsync<DebianException>(() => _bench.OpenAsync()))!;
        Assert.That(error.Message, Does.Contain("429").And.Contain("Retry-After: 3600 s").And.Contain("run the command again after that time").And.Contain("--mirror=URL"));
    }

    // apt-mirror 138, and repository managers that lead from a file's name to where they keep it: one server, one login.
    [TestCase("/store")]
    [TestCase("ROOT/store")]
    public async Task ALoginHoldsAlongARedirectWithinAServer(string target)
    {
        _ = new TestArchive(_bench.Served, _packages);
        _bench.Mirror.Rule = request => request.Headers.GetValueOrDefault("Authorization") != "Basic dXNlcjpwQHNz" ? new Fault(401)
            : request.Target.StartsWith("/store/", StringComparison.Ordinal) ? Fault.Gives(File.ReadAllBytes(Path.Combine(_bench.Served, Uri.UnescapeDataString(request.Target)["/store/".Length..])))
            : File.Exists(Path.Combine(_bench.Served, Uri.UnescapeDataString(request.Target).TrimStart('/'))) ? Fault.Redirect(target.Replace("ROOT", _bench.Mirror.Root.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal) + request.Target)
            : Fault.NotFound;
        var root = new UriBuilder(_bench.Mirror.Root) { UserName = "user", Password = "p%40ss" }.Uri;
        await IsServedAsync("foo", TestArchive.Mirrors(root));
    }

    [Test]
    public async Task ALoginGoesToNoOtherServerAlongARedirect()
    {
        _ = new TestArchive(_bench.Served, _packages);
        _bench.Mirror.Rule = request => Fault.Redirect(_second.Url(request.Target).AbsoluteUri);
        await IsServedAsync("foo", TestArchive.Mirrors(new UriBuilder(_bench.Mirror.Root) { UserName = "user", Password = "hunter2" }.Uri));
        Assert.That(_bench.Mirror.Authorizations, Is.Not.Empty);
        Assert.That(_second.Authorizations, Is.Empty);
    }

    [Test]
    public async Task AMirrorThatWantsALoginIsAnErrorThatSaysWhereToPutIt()
    {
        _bench.Mirror.Rule = _ => new Fault(401);
        Assert.That((await Assert.CatchAsync<DebianException>(() => _bench.OpenAsync()))!.Message, Does.Contain("401").And.Contain("--mirror=https://USER:PASSWORD@HOST/debian").And.Contain("/etc/apt/auth.conf.d"));
    }

    // pi-gen 424, tuna/issues 2396, aptly 292: no authority, or one of a company's own; the http:// that is advised works.
    [Test]
    public async Task AnAuthorityOfOnesOwnIsAnErrorWithTwoWaysOut()
    {
        using var tls = Tls();
        var error = (await Assert.CatchAsync<DebianException>(() => OpenAsync(Downloader.NewClient(), new Uri($"https://localhost:{tls.Port}"))))!;
        Assert.That(error.Message, Does.Contain("certificate").And.Contain("SSL_CERT_FILE=FILE").And.Contain("http:// instead of https://").And.Not.Contain("tried"));
        _ = new TestArchive(_bench.Served, _packages);
        await IsServedAsync("foo");
    }

    // jenkins-infra 4736, termux-tools 47, inclavare-containers 1461: a redirector that leads from https to http.
    [Test]
    public async Task ARedirectOutOfEncryptionIsAnErrorWithAWayOut()
    {
        using var tls = Tls();
        _ = new TestArchive(_bench.Served, _packages);
        _bench.Mirror.Rule = request => Fault.Redirect(_second.Url(request.Target).AbsoluteUri);
        using var trusting = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, SslOptions = { CertificateChainPolicy = Trust() } });
        var error = (await Assert.CatchAsync<DebianException>(() => OpenAsync(trusting, new Uri($"https://localhost:{tls.Port}"))))!;
        Assert.That(error.Message, Does.Contain("302, a redirect from https to http, which is not followed").And.Contain("specify the mirror with http://"));
        Assert.That(_second.Requests, Is.Empty);
        await IsServedAsync("foo");
    }

    // element-web 3573, ProxmoxVE 2460, apt-cacher-formula 15: apt-cacher-ng tunnels nothing unless told to.
    [TestCase(403, 1, "configure the proxy to allow CONNECT")]
    [TestCase(407, 1, "percent-encoded: http_proxy=http://USER:PASSWORD@HOST:PORT")]
    [TestCase(502, 3, "check the network")]
    public async Task AProxyThatDoesNotTunnelIsNamedWithWhatHelps(int status, int times, string next)
    {
        _bench.Mirror.Rule = request => request.Method == "CONNECT" ? new Fault(status) : null;
        var proxies = new ProxyRules(name => name == "https_proxy" ? _bench.Mirror.Root.AbsoluteUri : null);
        var error = (await Assert.CatchAsync<DebianException>(() => OpenAsync(Downloader.NewClient(proxies), new Uri("https://mirror.example"), proxies)))!;
        Assert.That(error.Message, Does.Contain($"through the proxy http://127.0.0.1:{_bench.Mirror.Port}").And.Contain(status.ToString(System.Globalization.CultureInfo.InvariantCulture)).And.Contain(next));
        Assert.That(_bench.Mirror.Requests.Count, Is.EqualTo(3 * times));
    }

    // netdata 19469, git-for-windows 821: what is percent-encoded in a proxy's address is sent as it is meant.
    [TestCase("user%20name:p%40ss%23word", "user name:p@ss#word", 200)]
    [TestCase("user:wrong", "user name:p@ss#word", 407)]
    public async Task AProxysPasswordIsSentDecoded(string written, string meant, int status)
    {
        _ = new TestArchive(_bench.Served, _packages);
        _bench.Mirror.Rule = request => request.Headers.GetValueOrDefault("Proxy-Authorization") != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(meant))}"
            ? new Fault(407, "Proxy-Authenticate: Basic realm=\"squid\"\r\n")
            : Fault.Gives(File.ReadAllBytes(Path.Combine(_bench.Served, new Uri(request.Target).AbsolutePath.TrimStart('/'))));
        var proxies = new ProxyRules(name => name == "http_proxy" ? $"http://{written}@127.0.0.1:{_bench.Mirror.Port}" : null);
        var open = () => OpenAsync(Downloader.NewClient(proxies), new Uri("http://mirror.example"), proxies);
        if (status == 200)
        {
            (await open()).Dispose();
        }
        else
        {
            Assert.That((await Assert.CatchAsync<DebianException>(open))!.Message, Does.Contain("407").And.Contain("percent-encoded").And.Not.Contain("wrong"));
        }
    }

    // docker-debian-artifacts 166: a mirror of the company's that lacks the security archive.
    [Test]
    public async Task AMirrorWithoutTheSecurityArchiveIsAnErrorThatNamesIt()
    {
        _ = new TestArchive(_bench.Served, _packages);
        _bench.Mirror.Rule = request => request.Target.StartsWith("/debian-security/", StringComparison.Ordinal) ? Fault.NotFound : null;
        Assert.That((await Assert.CatchAsync<DebianException>(() => _bench.OpenAsync()))!.Message, Does.Contain("trixie-security").And.Contain("404").And.Contain("--securitymirror=URL"));
    }

    // apt-cacher-ng and aptly on hosts that have IPv6 alone: an address in brackets, which NO_PROXY has with or without them.
    [TestCase("[::1]")]
    [TestCase("::1")]
    [TestCase("::/64")]
    public async Task AMirrorIsNamedByAnAddressOfIPv6(string noProxy)
    {
        Requires.IPv6Loopback();
        _ = new TestArchive(_bench.Served, _packages);
        using var mirror = new FaultyMirror(_bench.Served, IPAddress.IPv6Loopback);
        var root = MirrorUrl.Parse("Debian_Mirror", $"http://[::1]:{mirror.Port}/debian", "a test")!;
        var proxies = new ProxyRules(name => name switch { "http_proxy" => "http://127.0.0.1:1", "no_proxy" => noProxy, _ => null });
        using (await OpenAsync(Downloader.NewClient(proxies), root, proxies))
        {
            await IsServedAsync("foo", TestArchive.Mirrors(root));
        }

        var others = new ProxyRules(name => name switch { "http_proxy" => "http://[::1]:1", _ => null });
        Directory.Delete(_bench.CacheFolder, recursive: true);
        var error = (await Assert.CatchAsync<DebianException>(() => OpenAsync(Downloader.NewClient(others), root, others)))!;
        Assert.That(error.Message, Does.Contain("through the proxy http://[::1]:1"));
    }

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    // Takes every InRelease apart into the two files that it is made of.
    private static void Split(TestArchive archive, TestKey? key = null)
    {
        foreach (var suffix in new[] { string.Empty, "-updates", "-security" })
        {
            var signed = ClearSignedFile.Verify(File.ReadAllBytes(archive.PathOf(suffix, "InRelease")), "it", TestKey.Archive.Keyring, TestArchive.Now.UtcDateTime);
            File.WriteAllBytes(archive.PathOf(suffix, "Release"), signed.Text);
            File.WriteAllBytes(archive.PathOf(suffix, "Release.gpg"), (key ?? TestKey.Archive).SignDetached(signed.Text, TestArchive.Now.AddHours(-1).UtcDateTime));
            File.Delete(archive.PathOf(suffix, "InRelease"));
        }
    }

    private async Task IsServedAsync(string name, Mirrors? mirrors = null)
    {
        using var suite = await _bench.OpenAsync(mirrors: mirrors);
        var pin = (await suite.PackagesAsync("amd64", default)).Find(name)!.Pin;
        var path = await _bench.Store(mirrors: mirrors).FetchAsync(pin, default);
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path))), Is.EqualTo(pin.Sha256));
    }

    private async Task<DebianSuite> OpenAsync(HttpClient http, Uri root, ProxyRules? proxies = null)
    {
        using (http)
        {
            var client = new ArchiveClient(new ArchiveCache(_bench.CacheFolder), new Downloader(http, ArchiveBench.Quick, proxies), isOffline: false);
            return await DebianSuite.OpenAsync(new SuiteOptions("trixie"), TestArchive.Mirrors(root), client, TestKey.Archive.Keyring, new FixedClock(TestArchive.Now), _bench.Board, default);
        }
    }

    // The authority that Tls has written there.
    private X509ChainPolicy Trust()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(Path.Combine(_bench.Folder, "authority.pem"));
        return policy;
    }

    private TlsProxy Tls()
    {
        using var authority = new Authority();
        authority.Sign(_bench.Folder, "localhost", IPAddress.Loopback);
        return new TlsProxy(_bench.Mirror.Port, _bench.Folder);
    }
}
