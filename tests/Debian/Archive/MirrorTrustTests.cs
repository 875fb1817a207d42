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
        var mirrors = MirrorDiscovery.Find([], [], null, host);
        Assert.That(mirrors.Warnings, config.Contains("none", StringComparison.Ordinal) ? Has.One.Contains("/usr/share/none.crt is not used as Acquire::https::CAInfo") : Is.Empty);
        if (isTrusted)
        {
            await OpenAsync(root, mirrors.Trust);
        }
        else
        {
            Assert.That((await Assert.CatchAsync<DebianException>(() => OpenAsync(root, mirrors.Trust)))!.Message, Does.Contain("certificate"));
        }

        Assert.That(MirrorDiscovery.Find([root], [root], null, host).Trust, Is.Empty, "a mirror that was named is not the host's own");
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

    // apt-mirror 75, apt-mirror2 13, aptly 292: repositories for customers ask for a client's certificate.
    [TestCase("SslCert \"/etc/ssl/client.crt\"; SslKey \"/etc/ssl/client.key\";", true)]
    [TestCase("SslCert \"/etc/ssl/both.pem\";", true)]
    [TestCase("SslCert \"/etc/ssl/client.crt\";", false)]
    [TestCase("SslCert \"/etc/ssl/none.crt\"; SslKey \"/etc/ssl/client.key\";", false)]
    public async Task ACertificateIsShownToAMirrorThatAsksForOne(string config, bool isShown)
    {
        using var authority = new Authority();
        authority.Sign(_bench.Folder, "localhost", IPAddress.Loopback);
        using var tls = new TlsProxy(_bench.Mirror.Port, _bench.Folder) { Takes = shown => shown?.Subject == "CN=client" };
        authority.Sign(_bench.Folder, "client");
        _ = new TestArchive(_bench.Served, _packages);
        var (certificate, key) = (File.ReadAllText(Path.Combine(_bench.Folder, "server.pem")), File.ReadAllText(Path.Combine(_bench.Folder, "server.key")));
        var root = new Uri($"https://localhost:{tls.Port}");
        var host = Substitute.For<IHostFiles>();
        host.List(Arg.Any<string>()).Returns([]);
        host.Read("/etc/os-release").Returns("ID=debian\n");
        host.Read("/etc/apt/sources.list").Returns($"deb {root}debian trixie main\ndeb {root}debian-security trixie-security main\n");
        host.Read("/etc/apt/apt.conf").Returns($"Acquire::https::localhost {{ CaInfo \"/usr/share/ca.crt\"; {config} }};");
        host.Read("/usr/share/ca.crt").Returns(authority.Certificate.ExportCertificatePem());
        host.Read("/etc/ssl/client.crt").Returns(certificate);
        host.Read("/etc/ssl/client.key").Returns(key);
        host.Read("/etc/ssl/both.pem").Returns($"{key}\n{certificate}\n");
        var mirrors = MirrorDiscovery.Find([], [], null, host);
        if (isShown)
        {
            Assert.That(mirrors.Warnings, Is.Empty);
            await OpenAsync(root, mirrors.Trust);
        }
        else
        {
            Assert.That(mirrors.Warnings, Has.One.Contains("is not used as Acquire::https::localhost::SslCert").And.One.Contains("--mirror=URL"));
            await Assert.CatchAsync<DebianException>(() => OpenAsync(root, mirrors.Trust));
        }
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
