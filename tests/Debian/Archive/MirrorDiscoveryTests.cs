using BusyboxGlibc.Debian.Archive;
using NSubstitute;

namespace BusyboxGlibc.Tests.Debian.Archive;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class MirrorDiscoveryTests
{
    private const string Lists = "/etc/apt/sources.list.d";

    [Test]
    public void AHostThatIsNotDebianUsesTheDefaults()
    {
        var mirrors = Find(Host("ID=ubuntu", ("/etc/apt/sources.list", "deb http://mirror.example/debian trixie main")));
        Assert.That(mirrors.Main, Is.EqualTo(new[] { new Uri("http://ftp.debian.org/debian") }));
        Assert.That(mirrors.Security, Is.EqualTo(new[] { new Uri("http://security.debian.org/debian-security") }));
    }

    [Test]
    public void OneLineSourcesAreRead()
    {
        var mirrors = Find(Host("ID=debian", ("/etc/apt/sources.list",
            "# deb http://off.example/debian trixie main\ndeb [ arch=amd64 signed-by=/x ] http://a.example/debian/ trixie main # note\ndeb-src http://src.example/debian trixie main\n"
            + "deb http://a.example/debian trixie-updates main\ndeb http://s.example/debian-security trixie-security main\ndeb http://tools.example/linux trixie stable\ndeb [broken\n")));
        Assert.That(mirrors.Main, Is.EqualTo(new[] { new Uri("http://a.example/debian") }));
        Assert.That(mirrors.Security, Is.EqualTo(new[] { new Uri("http://s.example/debian-security") }));
    }

    [Test]
    public void Deb822SourcesAreRead()
    {
        var mirrors = Find(Host("ID=\"debian\"", ($"{Lists}/debian.sources",
            "Types: deb deb-src\nURIs: https://a.example/debian\n# between\nSuites: trixie trixie-updates\nComponents: main\n\n"
            + "Types: deb\nURIs: https://s.example/debian-security\nSuites: trixie-security\nComponents: main\n\n"
            + "Types: deb\nEnabled: no\nURIs: https://off.example/debian\nSuites: trixie\nComponents: main\n\nTypes: deb-src\nURIs: https://src.example/debian\nSuites: trixie\nComponents: main\n")));
        Assert.That(mirrors.Main, Is.EqualTo(new[] { new Uri("https://a.example/debian") }));
        Assert.That(mirrors.Security, Is.EqualTo(new[] { new Uri("https://s.example/debian-security") }));
    }

    [TestCase("no stanza at all\n\n")]
    [TestCase("Types: deb\nURIs: ftp://a.example/debian not-a-url\nSuites: trixie\nComponents: main\n")]
    [TestCase("Types: deb\nURIs: https://vendor.example/linux/debian\nSuites: trixie\nComponents: stable\n")]
    [TestCase("Types: deb\nURIs: https://vendor.example/linux/debian\nSuites: trixie\nComponents: main\n")]
    [TestCase("Types: deb\nURIs: https://vendor.example/debian\nSuites: trixie\nComponents: main\nSigned-By: /usr/share/keyrings/vendor.gpg\n")]
    [TestCase("Types: deb\n")]
    public void WhatCannotBeUsedIsLeftOut(string text) =>
        Assert.That(Find(Host("ID=debian", ($"{Lists}/x.sources", text))).Main, Is.EqualTo(new[] { new Uri("http://ftp.debian.org/debian") }));

    [TestCase("deb https://vendor.example/linux/debian trixie stable")]
    [TestCase("deb https://vendor.example/linux/debian trixie main")]
    [TestCase("deb [arch=amd64 signed-by=/usr/share/keyrings/vendor.gpg] https://vendor.example/debian trixie main")]
    public void SourcesOfOtherPublishersAreNoMirrors(string line) =>
        Assert.That(Find(Host("ID=debian", ("/etc/apt/sources.list", line))).Main, Is.EqualTo(new[] { new Uri("http://ftp.debian.org/debian") }));

    [Test]
    public void AMirrorUnderAnotherNameIsToldByTheArchivesKeyring() =>
        Assert.That(
            Find(Host("ID=debian", ("/etc/apt/sources.list", "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://a.example/proxied trixie main"))).Main,
            Is.EqualTo(new[] { new Uri("http://a.example/proxied") }));

    [TestCase("deb file:/srv/debian trixie main")]
    [TestCase("deb file:///srv/debian trixie main")]
    public void AFolderAmongTheSourcesIsHonoured(string line)
    {
        var found = Find(Host("ID=debian", ("/etc/apt/sources.list", line))).Main.Single();
        Assert.That((found.IsFile, found.LocalPath), Is.EqualTo((true, "/srv/debian")));
    }

    [Test]
    public void WhatIsConfiguredGoesFirst()
    {
        var (main, other, security, snapshot) = (new Uri("http://m.example/debian"), new Uri("http://o.example/debian"), new Uri("http://s.example/x"), new Uri("http://snap.example"));
        var host = Host("ID=debian", ("/etc/apt/sources.list", "deb http://a.example/debian trixie main"));
        var mirrors = MirrorDiscovery.Find([main, other], [security], snapshot, host);
        Assert.That(mirrors.Of(ArchiveNames.Main), Is.EqualTo(new[] { main, other }));
        Assert.That(mirrors.Of(ArchiveNames.Security), Is.EqualTo(new[] { security }));
        Assert.That(mirrors.Snapshot, Is.EqualTo(snapshot));
        Assert.That(MirrorDiscovery.Find([], [security], null, host).Main, Is.EqualTo(new[] { new Uri("http://a.example/debian") }));
    }

    [TestCase("Acquire::Check-Valid-Until \"false\";", true)]
    [TestCase("Acquire::Check-Valid-Until false;", true)]
    [TestCase("Acquire::Check-Valid-Until \"true\";", false)]
    [TestCase("// Acquire::Check-Valid-Until \"false\";", false)]
    [TestCase("", false)]
    public void TheHostsOwnDecisionOnExpiredReleasesIsTaken(string text, bool takes)
    {
        var host = Host("ID=debian", ("/etc/apt/sources.list", "deb http://a.example/debian trixie main"), ("/etc/apt/apt.conf.d/10x", text));
        Assert.That(Find(host).HostTakesExpired, Is.EqualTo(takes));
        Assert.That(MirrorDiscovery.Find([new Uri("http://m.example/debian")], [], null, host).HostTakesExpired, Is.False);
    }

    [Test]
    public void TheRealHostsFilesAreReadOrAbsent()
    {
        var host = new HostFiles();
        Assert.That(host.Read("/no/such/file"), Is.Null);
        Assert.That(host.List("/no/such/folder"), Is.Empty);
        Assert.That(host.List("/etc"), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
    }

    private static Mirrors Find(IHostFiles host) => MirrorDiscovery.Find([], [], null, host);

    private static IHostFiles Host(string release, params (string Path, string Text)[] files)
    {
        var host = Substitute.For<IHostFiles>();
        host.List(Arg.Any<string>()).Returns(call => files.Select(file => file.Path).Where(path => Path.GetDirectoryName(path) == call.Arg<string>()).ToList());
        host.Read(Arg.Any<string>()).Returns(call => files.Where(file => file.Path == call.Arg<string>()).Select(file => file.Text).FirstOrDefault());
        host.Read("/etc/os-release").Returns($"NAME=x\n{release}\n");
        return host;
    }
}
