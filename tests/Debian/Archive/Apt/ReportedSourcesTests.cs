using BusyboxGlibc.Debian.Archive;
using NSubstitute;

namespace BusyboxGlibc.Tests.Debian.Archive.Apt;

/// <summary>apt sources in the forms in which users reported that other readers of them fail; the archive that they name is opened.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ReportedSourcesTests
{
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private ArchiveBench _bench = null!;

    [SetUp]
    public void Make()
    {
        _bench = new ArchiveBench();
        _ = new TestArchive(_bench.Served, [TestPackage.Of("foo")]);
    }

    [TearDown]
    public void Clean() => _bench.Dispose();

    // MIRROR is the address of the server that has debian and debian-security.
    private static IEnumerable<TestCaseData> Lists()
    {
        const string Security = "deb MIRROR/debian-security trixie-security main\n";
        return
        [
            Shape("osquery 4081, sous-chefs/apt 88, chef-debian 20: an address in quotes", $"deb      [arch=amd64] \"MIRROR/debian\" trixie main\n{Security}"),
            Shape("chef 6524: every word in quotes", $"deb \"MIRROR/debian\" \"trixie\" \"main\"\n{Security}"),
            Shape("apport 154, inspec 5210: blanks within the brackets", $"deb [ arch=amd64 trusted=yes ] MIRROR/debian trixie main\n{Security}"),
            Shape("augeas 295: lists and signs among the options", $"deb [arch=amd64,armhf arch+=i386 arch-=armhf] MIRROR/debian/ trixie main contrib\n{Security}"),
            Shape("debian-parsers 203: two keyrings", $"deb [signed-by={Keyring},/usr/share/keyrings/other.gpg] MIRROR/debian trixie main\n{Security}"),
            Shape("augeas 296: a disc before it", $"deb cdrom:[Debian GNU/Linux 7.5.0 _Wheezy_ - Official amd64 CD Binary-1 20140426-13:37]/ wheezy main\ndeb MIRROR/debian trixie main\n{Security}"),
            Shape("haproxy wizard 24: a malformed line beside it", $"deb \"[signed-by=/etc/apt/keyrings/haproxy-archive-keyring.gpg]\"       https://haproxy.example bookworm-backports-3.0 main\ndeb MIRROR/debian trixie main\n{Security}"),
            Shape("lxc-templates 54: the old name of the security suite", "deb MIRROR/debian          trixie         main\ndeb MIRROR/debian-security trixie/updates main\n"),
            Shape("umbrel 1581: updates looked for in the security archive", $"deb MIRROR/debian-security trixie-updates main\ndeb MIRROR/debian trixie-updates main\n{Security}deb MIRROR/debian trixie main\n"),
            Shape("a file of Windows' editors", $"deb MIRROR/debian trixie main\r\n{Security.TrimEnd()}\r\n"),
        ];
    }

    private static IEnumerable<TestCaseData> Stanzas()
    {
        string Security(string more = "") => $"Types: deb\nURIs: MIRROR/debian-security\nSuites: trixie-security\nComponents: main\n{more}";
        return
        [
            Shape("apport 316: comments alone before and between", $"# See the manual for how to upgrade to\n# newer versions of the distribution.\n\n## Distribution repository\n## [...]\nTypes: deb\nURIs: MIRROR/debian/\nSuites: trixie trixie-updates\nComponents: main\nSigned-By: {Keyring}\n\n## Security updates.\n{Security()}"),
            Shape("php 1439, xx 132: a comment among the fields", $"Types: deb\n# http://snapshot.example/archive/debian/20230814T000000Z\nURIs: MIRROR/debian\nSuites: trixie trixie-updates\nComponents: main\n\n{Security()}"),
            Shape("debian-parsers 203: two keyrings", $"Types: deb\nURIs: MIRROR/debian\nSuites: trixie\nComponents: main\nSigned-By: {Keyring} /etc/apt/keyrings/b.gpg\n\n{Security()}"),
            Shape("ansible 84771 and 86243: a key in the file, and a field of Ansible's", $"X-Repolib-Name: debian\nComponents: main\nSigned-By: -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBGY0ftEBEAC6KgtwZTHHbXSdIATNB4HPwu5PVyfMYGCQREREiwwOLSCbgu+C\n =abcd\n -----END PGP PUBLIC KEY BLOCK-----\nSuites: trixie\nTypes: deb\nURIs: MIRROR/debian\n\n{Security()}"),
            Shape("zotero-pkg 113: a field that apt does not know, lists over several lines", $"Types: deb\nURIs:\n MIRROR/debian\nSuites:\n trixie\n trixie-updates\nComponents: main\n  contrib\nOptions: [arch=amd64]\n\n{Security("Architectures: amd64 arm64\nBy-Hash: force\n")}"),
            Shape("hustmirror-cli 9: what is switched off stays off", $"Types: deb\nEnabled: no\nURIs: http://127.0.0.1:1/debian\nSuites: trixie\nComponents: main\n\nTypes: deb\nEnabled: yes\nURIs: MIRROR/debian\nSuites: trixie\nComponents: main\n\n{Security()}"),
            Shape("a file of Windows' editors", $"Types: deb\nURIs: MIRROR/debian\nSuites: trixie\nComponents: main\nSigned-By: {Keyring}\n\n{Security()}".Replace("\n", "\r\n", StringComparison.Ordinal)),
        ];
    }

    private static TestCaseData Shape(string source, string text) => new TestCaseData(text).SetArgDisplayNames(source);

    [TestCaseSource(nameof(Lists))]
    public Task AListIsReadAsAptReadsIt(string text) => IsOpenedAsync(("/etc/apt/sources.list", text));

    [TestCaseSource(nameof(Stanzas))]
    public Task StanzasAreReadAsAptReadsThem(string text) => IsOpenedAsync(("/etc/apt/sources.list.d/debian.sources", text));

    // Debian's cloud images, as haproxy wizard 24 shows them.
    [Test]
    public Task TheListsOfMirrorsOfCloudImagesAreRead() => IsOpenedAsync(
        ("/etc/apt/sources.list.d/debian.sources", "Types: deb deb-src\nURIs: mirror+file:///etc/apt/mirrors/debian.list\nSuites: trixie trixie-updates trixie-backports\nComponents: main\n\nTypes: deb deb-src\nURIs: mirror+file:///etc/apt/mirrors/debian-security.list\nSuites: trixie-security\nComponents: main\n"),
        ("/etc/apt/mirrors/debian.list", "MIRROR/debian\n"),
        ("/etc/apt/mirrors/debian-security.list", "MIRROR/debian-security\n"));

    private async Task IsOpenedAsync(params (string Path, string Text)[] files)
    {
        var host = Substitute.For<IHostFiles>();
        host.List(Arg.Any<string>()).Returns(call => files.Select(file => file.Path).Where(path => Path.GetDirectoryName(path) == call.Arg<string>()).ToList());
        host.Read(Arg.Any<string>()).Returns(call => files.Where(file => file.Path == call.Arg<string>())
            .Select(file => file.Text.Replace("MIRROR", _bench.Mirror.Root.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal)).FirstOrDefault());
        host.Read("/etc/os-release").Returns("ID=debian\n");
        var mirrors = MirrorDiscovery.Find([], [], null, host);
        Assert.That(mirrors.Main.Concat(mirrors.Security), Has.All.Property(nameof(Uri.Port)).EqualTo(_bench.Mirror.Port), string.Join('\n', mirrors.Warnings));
        Assert.That(mirrors.Security.Select(mirror => mirror.AbsolutePath), Is.EqualTo(new[] { "/debian-security" }));
        Assert.That(mirrors.Warnings.Where(warning => !warning.Contains("cdrom", StringComparison.Ordinal)), Is.Empty);
        using var suite = await _bench.OpenAsync(mirrors: mirrors);
        var pin = (await suite.PackagesAsync("amd64", default)).Find("foo")!.Pin;
        Assert.That(File.Exists(await _bench.Store(mirrors: mirrors).FetchAsync(pin, default)));
    }
}
