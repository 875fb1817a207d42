using System.Net;
using System.Security.Cryptography.X509Certificates;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Tests.Registry;
using NSubstitute;

namespace BusyboxGlibc.Tests.Debian.Archive;

/// <summary>Mirrors over TLS with an authority of one's own, before which the host's apt was told what to trust.</summary>
[Category(Categories.Integration)]
internal sealed class MirrorTrustTests
{
    private static readonly TestPackage[] _packages = [TestPackage.Of("foo")];

    private ArchiveBench _bench = null!;

    [SetUp]
    public void Make() => _bench = new ArchiveBench();

    [TearDown]
    public void Clean() => _bench.Dispose();

    // aptly 292: the authority stands in the host's own apt configuration; others have apt look at no certificate at all.
    [TestCase("Acquire::https::localhost { Verify-Peer \"true\"; Verify-Host \"true\"; CaInfo \"/usr/share/ca.crt\"; };", true)]
    [TestCase("Acquire::https::CAInfo \"/usr/share/ca.crt\";", true)]
    [TestCase("Acquire::https::Verify-Peer \"false\"; Acquire::https::Verify-Host \"false\";", true)]
    [TestCase("Acquire::https::localhost::Verify-Peer \"false\";", true)]
    [TestCase("Acquire::https::other.example::Verify-Peer \"false\";", false)]
    [TestCase("Acquire::https::CAInfo \"/usr/share/other.crt\";", false)]
    [TestCase("Acquire::https::CAInfo \"/usr/share/none.crt\";", false)]
    [TestCase("Acquire::https::Verify-Host \"false\";", false)]
    [TestCase("", false)]
    public async Task AptsOwnAuthoritiesAreTrustedForTheHostsOwnSources(string config, bool isTrusted)
    {
        using var tls = Tls();
        using var stranger = new Authority();
        _ = new TestArchive(_bench.Served, _packages);
        var root = new Uri($"https://localhost:{tls.Port}");
        var host = Substitute.For<IHostFiles>();
        host.List(Arg.Any<string>()).Returns([]);
        host.Read("/etc/os-release").Returns("ID=debian\n");
        host.Read("/etc/apt/sources.list").Returns($"deb {root}debian trixie main\ndeb {root}debian-security trixie-security main\n");
        host.Read("/etc/apt/apt.conf").Returns(config);
        host.Read("/usr/share/ca.crt").Returns(File.ReadAllText(Path.Combine(_bench.Folder, "authority.pem")));
        host.Read("/usr/share/other.crt").Returns(stranger.Certificate.ExportCertificatePem());
        host.Read("/usr/share/none.crt").Returns("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        var mirrors = MirrorDiscovery.Find(null, null, null, host);
        Assert.That(mirrors.Warnings, config.Contains("none", StringComparison.Ordinal) ? Has.One.Contains("/usr/share/none.crt is not used as Acquire::https::CAInfo") : Is.Empty);
        if (isTrusted)
        {
            await OpenAsync(root, mirrors.Trust);
        }
        else
        {
            Assert.That((await Assert.CatchAsync<DebianException>(() => OpenAsync(root, mirrors.Trust)))!.Message, Does.Contain("certificate"));
        }

        Assert.That(MirrorDiscovery.Find(root, root, null, host).Trust, Is.Empty, "a mirror that was named is not the host's own");
    }

    [Test]
    public async Task ACertificateOfAnotherNameIsRefusedUnlessAptTakesIt()
    {
        using var tls = Tls("mirror.example");
        _ = new TestArchive(_bench.Served, _packages);
        var root = new Uri($"https://localhost:{tls.Port}");
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(Path.Combine(_bench.Folder, "authority.pem"));
        Dictionary<string, MirrorTrust> Rule(bool checksName) => new() { ["localhost"] = new MirrorTrust(authorities, ChecksPeer: true, checksName) };
        await OpenAsync(root, Rule(checksName: false));
        await Assert.CatchAsync<DebianException>(() => OpenAsync(root, Rule(checksName: true)));
    }

    // nginx, which asks for a client's certificate.
    [Test]
    public void ACertificateOfTheClientsIsToldToBeLeftOut()
    {
        var host = Substitute.For<IHostFiles>();
        host.List(Arg.Any<string>()).Returns([]);
        host.Read("/etc/os-release").Returns("ID=debian\n");
        host.Read("/etc/apt/sources.list").Returns("deb https://deb.example/debian trixie main\n");
        host.Read("/etc/apt/apt.conf").Returns("Acquire::https::deb.example { SslCert \"/etc/ssl/client.crt\"; SslKey \"/etc/ssl/client.key\"; };");
        Assert.That(MirrorDiscovery.Find(null, null, null, host).Warnings, Has.One.Contains("deb.example is accessed without a client certificate: Acquire::https::deb.example::SslCert is not supported").And.One.Contains("--mirror=URL"));
    }

    private async Task OpenAsync(Uri root, IReadOnlyDictionary<string, MirrorTrust> trust)
    {
        using var http = Downloader.NewClient(trust: trust);
        var client = new ArchiveClient(new ArchiveCache(_bench.CacheFolder), new Downloader(http, ArchiveBench.Quick), isOffline: false);
        using var suite = await DebianSuite.OpenAsync(new SuiteOptions("trixie"), TestArchive.Mirrors(root), client, TestKey.Archive.Keyring, new FixedClock(TestArchive.Now), _bench.Board, default);
    }

    private TlsProxy Tls(string name = "localhost")
    {
        using var authority = new Authority();
        authority.Sign(_bench.Folder, name, name == "localhost" ? IPAddress.Loopback : null);
        return new TlsProxy(_bench.Mirror.Port, _bench.Folder);
    }
}
