using BusyboxGlibc.Debian.Archive;
using NSubstitute;

namespace BusyboxGlibc.Tests.Debian.Archive.Apt;

/// <summary>Sources as hosts really have them: which are read, and what is said of those that are not.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class AptSourcesTests
{
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    // Nexus, Artifactory, Aptly, apt-cacher-ng in both its forms, Pulp, a proxy by its port, the archive's own names, and a folder.
    [TestCase("deb https://nexus.corp/repository/debian-proxy/ trixie main", "https://nexus.corp/repository/debian-proxy")]
    [TestCase("deb [arch=amd64] https://acme.jfrog.io/artifactory/debian-remote trixie main contrib", "https://acme.jfrog.io/artifactory/debian-remote")]
    [TestCase("deb [trusted=yes] http://aptly.lan:8080/ trixie main", "http://aptly.lan:8080/")]
    [TestCase("deb http://proxy:3142/deb.debian.example/debian trixie main", "http://proxy:3142/deb.debian.example/debian")]
    [TestCase("deb http://proxy:3142/HTTPS///deb.debian.example/debian trixie main", "http://proxy:3142/HTTPS///deb.debian.example/debian")]
    [TestCase("deb https://pulp.corp/pulp/content/debian-13 trixie-updates main", "https://pulp.corp/pulp/content/debian-13")]
    [TestCase("deb [ signed-by=" + Keyring + " arch=amd64,arm64 ] https://deb.debian.example/debian stable main non-free-firmware", "https://deb.debian.example/debian")]
    [TestCase("deb [signed-by=DEADBEEF01234567DEADBEEF01234567DEADBEEF] http://mirror.corp/d trixie main", "http://mirror.corp/d")]
    [TestCase("deb\tcopy:/srv/mirror/debian\ttrixie\tmain", "file:///srv/mirror/debian")]
    [TestCase("deb file:///srv/mirror trixie main", "file:///srv/mirror")]
    [TestCase("deb file:/ trixie main", "file:///")]
    public void AMirrorIsReadWhateverItsPath(string line, string address)
    {
        var mirrors = Find(("/etc/apt/sources.list", line));
        Assert.That(mirrors.Main.Single().AbsoluteUri, Is.EqualTo(new Uri(address).AbsoluteUri));
        Assert.That(mirrors.Warnings, Is.Empty);
    }

    [TestCase("mirror+file:/etc/apt/mirrors/debian.list")]
    [TestCase("mirror+file:///etc/apt/mirrors/debian.list")]
    public void AListOfMirrorsInAFileIsReadAsCloudImagesHaveIt(string address)
    {
        var mirrors = Find(
            ("/etc/apt/sources.list.d/debian.sources", $"Types: deb deb-src\nURIs: {address}\nSuites: trixie trixie-updates trixie-backports\nComponents: main\n"),
            ("/etc/apt/mirrors/debian.list", "# by distance\nhttps://deb.debian.example/debian\tpriority:1\nhttp://b.example/debian arch:amd64\n\nftp://c.example/debian\n"));
        Assert.That(mirrors.Main, Is.EqualTo(new[] { new Uri("https://deb.debian.example/debian"), new Uri("http://b.example/debian") }));
    }

    // oma 830 shows what apt-transport-mirror(1) says: lower numbers first, lines without one last; some are for sources of packages alone.
    [Test]
    public void AListOfMirrorsIsOrderedByItsPriorities()
    {
        var mirrors = Find(
            ("/etc/apt/sources.list", "deb mirror+file:/etc/apt/mirrors.txt trixie main\n"),
            ("/etc/apt/mirrors.txt", "http://last.example/debian\nhttp://c.example/debian\tpriority:20 type:index\tarch:amd64\nhttp://a.example/debian\tpriority:3\n"
                + "http://source.example/debian\tpriority:1\ttype:deb-src\nhttp://b.example/debian\ttype:deb-src type:deb priority:3\nhttp://odd.example/debian priority:first\n"));
        Assert.That(mirrors.Main.Select(mirror => mirror.Host), Is.EqualTo(new[] { "a.example", "b.example", "c.example", "last.example", "odd.example" }));
    }

    [TestCase("deb mirror+file:/etc/apt/none.list trixie main", "cannot be read")]
    [TestCase("deb mirror+http://mirrors.example/list trixie main", "on the network")]
    [TestCase("deb mirror://mirrors.example/list trixie main", "on the network")]
    [TestCase("deb tor+http://vwakviie2ienjx6t.onion/debian trixie main", "Tor is not supported")]
    [TestCase("deb cdrom:[Debian GNU/Linux 13.0.0 _Trixie_ - Official amd64 NETINST]/ trixie main", "an optical disc")]
    [TestCase("deb ftp://ftp.example/debian trixie main", "ftp is not one of http, https, file")]
    [TestCase("deb s3://bucket/debian trixie main", "s3 is not one of")]
    [TestCase("deb http://user:hunter2@ trixie main", "not a usable address")]
    [TestCase("deb ssh://user:hunter2@host/debian trixie main", "ssh is not one of")]
    [TestCase("deb [signed-by=/usr/share/keyrings/corp.gpg] http://mirror.corp/debian trixie main", "signed by /usr/share/keyrings/corp.gpg")]
    public void OneThatCannotBeUsedIsNamedWithTheReason(string line, string why)
    {
        var mirrors = Find(("/etc/apt/sources.list", $"# comment\n{line}\n"));
        Assert.That(mirrors.Main, Is.EqualTo(new[] { new Uri("http://ftp.debian.org/debian") }));
        Assert.That(mirrors.Warnings.Single(), Does.Contain("/etc/apt/sources.list:2").And.Contain(why).And.Not.Contain("hunter2"));
    }

    [Test]
    public void SourcesOfOtherPublishersAreNobodysConcernBesideTheArchives()
    {
        var mirrors = Find(
            ("/etc/apt/sources.list", "deb https://deb.debian.example/debian trixie main"),
            ("/etc/apt/sources.list.d/a.list", "deb [signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/debian trixie stable\ndeb [arch=amd64 signed-by=/usr/share/keyrings/hashicorp.gpg] https://apt.releases.hashicorp.com trixie main\n"
                + "deb [signed-by=/usr/share/keyrings/githubcli.gpg] https://cli.github.com/packages stable main\ndeb https://deb.nodesource.com/node_20.x nodistro main\ndeb https://apt.postgresql.org/pub/repos/apt trixie-pgdg main\n"
                + "deb https://packages.cloud.google.com/apt cloud-sdk-bookworm main\ndeb [signed-by=/usr/share/keyrings/microsoft.gpg] https://packages.microsoft.com/debian/13/prod trixie main\n"));
        Assert.That(mirrors.Main, Is.EqualTo(new[] { new Uri("https://deb.debian.example/debian") }));
        Assert.That(mirrors.Warnings, Is.Empty);
    }

    [Test]
    public void AnInlineKeyMayBeTheArchives() => Assert.That(
        Find(("/etc/apt/sources.list.d/x.sources", "Types: deb\nURIs: https://mirror.corp/x\nSuites: trixie\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEZ\n")).Main.Single(),
        Is.EqualTo(new Uri("https://mirror.corp/x")));

    [Test]
    public void ALoginInTheAddressOrInAptsOwnFilesIsUsedAndNeverShown()
    {
        var mirrors = Find(
            ("/etc/apt/sources.list", "deb https://me:hunter2@a.corp/debian trixie main\ndeb https://b.corp/repository/debian trixie main\ndeb http://b.corp/plain/debian trixie main\ndeb https://c.corp:8443/debian trixie main\ndeb http://d.corp/debian trixie main\ndeb https://e.corp/debian trixie main\ndeb https://[fd00::1]:8443/debian trixie main\ndeb https://[fd00::2]:8443/debian trixie main"),
            ("/etc/apt/auth.conf", "machine b.corp/repository login bob password hunter2\n# machine e.corp login no password no\nmachine http://d.corp\n login dora\n password p%s:@\n"),
            ("/etc/apt/auth.conf.d/c.conf", "machine c.corp:8443 login carl password hunter2\nmachine [fd00::1] login hal password hunter2\nmachine [fd00::2]:8443 login ida password hunter2"),
            ("/etc/apt/auth.conf.d/e.conf.bak", "machine e.corp login eve password hunter2"));
        Assert.That(mirrors.Main.Select(address => Uri.UnescapeDataString(address.UserInfo)), Is.EqualTo(new[] { "me:hunter2", "bob:hunter2", "", "carl:hunter2", "dora:p%s:@", "", "hal:hunter2", "ida:hunter2" }));
        Assert.That(string.Join(' ', mirrors.Main.Select(ArchiveAddress.Show)), Does.Not.Contain("hunter2").And.Not.Contain("dora"));
    }

    [TestCase("Acquire::http::Proxy \"http://proxy.corp:3128\";", "http://proxy.corp:3128/")]
    [TestCase("Acquire { http { Proxy \"http://proxy.corp:3128/\"; }; };", "http://proxy.corp:3128/")]
    [TestCase("acquire::HTTP::proxy \"proxy.corp:3128\";", "http://proxy.corp:3128/")]
    [TestCase("Acquire::http { Proxy \"http://other:1\"; Proxy::a.example \"http://proxy.corp:3128\"; };", "http://proxy.corp:3128/")]
    [TestCase("Acquire::http::Proxy \"http://other:1\"; Acquire::http::Proxy::a.example \"DIRECT\";", "direct")]
    [TestCase("/* x */ // Acquire::http::Proxy \"http://other:1\";\n# Acquire::http::Proxy \"http://other:1\";\nAcquire::http::Proxy \"http://proxy.corp:3128\"; // y", "http://proxy.corp:3128/")]
    [TestCase("Acquire::http::Proxy \"http://other:1\";\nAcquire::http::Proxy \"socks5h://proxy.corp:1080\";", "socks5://proxy.corp:1080/")]
    [TestCase("Acquire::http::Proxy-Auto-Detect \"/usr/bin/auto-apt-proxy\";", "http://found:3142/")]
    [TestCase("Acquire::http::Proxy \"false\"; Acquire::http::Proxy \"\";", null)]
    [TestCase("Acquire::https::Proxy \"http://other:1\";", null)]
    [TestCase("", null)]
    public void AptsProxyIsUsedForTheHostsOwnSources(string config, string? proxy)
    {
        var mirrors = Find(("/etc/apt/sources.list", "deb http://a.example/debian trixie main"), ("/etc/apt/apt.conf.d/99proxy", config), ("/etc/apt/apt.conf.d/old.bak", "Acquire::http::Proxy \"http://wrong:1\";"));
        Assert.That(mirrors.Proxies.Select(rule => rule.Value?.AbsoluteUri ?? "direct"), Is.EqualTo(proxy is null ? Array.Empty<string>() : [proxy]));
    }

    [TestCase("Acquire::http::Proxy \"http://p:1\";", "http://p:1/")]
    [TestCase("Acquire::http::Proxy \"http://p:1\"; Acquire::https::Proxy \"DIRECT\";", "direct")]
    [TestCase("Acquire::https::Proxy \"https://p:2\";", "https://p:2/")]
    public void AnEncryptedSourceTakesTheProxyOfHttpUnlessItHasItsOwn(string config, string proxy) => Assert.That(
        Find(("/etc/apt/sources.list", "deb https://a.example/debian trixie main"), ("/etc/apt/apt.conf", config)).Proxies.Single().Value?.AbsoluteUri ?? "direct", Is.EqualTo(proxy));

    [Test]
    public void AptsProxyIsNotForAMirrorThatWasNamed()
    {
        var host = Host("ID=debian", ("/etc/apt/sources.list", "deb http://a.example/debian trixie main"), ("/etc/apt/apt.conf", "Acquire::http::Proxy \"http://p:1\";"));
        Assert.That(MirrorDiscovery.Find([new Uri("http://m.example/debian")], [], null, host).Proxies, Is.Empty);
    }

    [TestCase("ID=ubuntu\nPRETTY_NAME=\"Ubuntu 24.04 LTS\"", "this machine is Ubuntu 24.04 LTS")]
    [TestCase("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\nNAME='Linux Mint'", "this machine is Linux Mint")]
    [TestCase("ID=raspbian\nID_LIKE=debian", "this machine is raspbian")]
    public void OfAnotherSystemTheDefaultsAreUsedAndThatIsSaid(string release, string said)
    {
        var mirrors = MirrorDiscovery.Find([], [], null, Host(release, ("/etc/apt/sources.list", "deb http://archive.ubuntu.com/ubuntu noble main")));
        Assert.That(mirrors.Main, Is.EqualTo(new[] { new Uri("http://ftp.debian.org/debian") }));
        Assert.That(mirrors.Warnings.Single(), Does.Contain(said).And.Contain("http://ftp.debian.org/debian").And.Contain("--mirror="));
        Assert.That(MirrorDiscovery.Find([new Uri("http://m/x")], [new Uri("http://s/x")], null, Host(release)).Warnings, Is.Empty);
    }

    [Test]
    public void AFileThatIsNoListOfSourcesIsNamed() => Assert.That(
        Find(("/etc/apt/sources.list.d/x.sources", "deb http://a.example/debian trixie main\n")).Warnings, Has.Some.Contains("/etc/apt/sources.list.d/x.sources is read only in part"));

    private static Mirrors Find(params (string Path, string Text)[] files) => MirrorDiscovery.Find([], [], null, Host("ID=debian", files));

    private static IHostFiles Host(string release, params (string Path, string Text)[] files)
    {
        var host = Substitute.For<IHostFiles>();
        host.List(Arg.Any<string>()).Returns(call => files.Select(file => file.Path).Where(path => Path.GetDirectoryName(path) == call.Arg<string>()).ToList());
        host.Read(Arg.Any<string>()).Returns(call => files.Where(file => file.Path == call.Arg<string>()).Select(file => file.Text).FirstOrDefault());
        host.Read("/etc/os-release").Returns($"{release}\n");
        host.Run("/usr/bin/auto-apt-proxy", Arg.Any<string>()).Returns("http://found:3142\n");
        return host;
    }
}
