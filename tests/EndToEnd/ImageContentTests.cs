using System.Text;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>What the finished image of each platform holds, read back from its layer.</summary>
[TestFixtureSource(nameof(Names))]
[Category(Categories.EndToEnd)]
internal sealed class ImageContentTests(string name)
{
    private OciImage _image = null!;
    private RootfsTree _tree = null!;

    [OneTimeSetUp]
    public async Task Read()
    {
        var layout = OciLayoutReader.Open((await RealImage.ProjectAsync()).Layout);
        _image = layout.ReadImages().Single(candidate => candidate.Platform.Name == name);
        using var layer = _image.OpenLayer();
        _tree = RootfsTar.Read(layer, name);
    }

    [Test]
    public void NothingIsSetuidOrOwnedByAStranger()
    {
        Assert.That(_tree.Entries.Where(entry => (entry.Mode & 0b110_000_000_000) != 0).Select(entry => entry.Path), Is.Empty);
        Assert.That(_tree.Entries.Where(entry => entry.UserId is not (0 or 65532)).Select(entry => entry.Path), Is.Empty);
        Assert.That(_tree.Entries.Where(IsWritableByAll).Select(entry => entry.Path), Is.EquivalentTo(new[] { "run/lock", "tmp", "var/tmp" }));
    }

    [TestCase("tmp", "1777", 0, 0)]
    [TestCase("var/tmp", "1777", 0, 0)]
    [TestCase("root", "700", 0, 0)]
    [TestCase("etc/shadow", "640", 0, 42)]
    [TestCase("home/nonroot", "700", 65532, 65532)]
    [TestCase("etc/passwd", "644", 0, 0)]
    [TestCase("bin/busybox", "755", 0, 0)]
    public void ModesAndOwnersAreThoseOfADebian(string path, string mode, int user, int group)
    {
        var entry = Entry(path);
        Assert.That((Convert.ToString(entry.Mode & 0xFFF, 8), entry.UserId, entry.GroupId), Is.EqualTo((mode, user, group)));
    }

    [Test]
    public void EveryLinkLeadsSomewhere() =>
        Assert.That(
            _tree.Entries.Where(entry => entry.Type is RootfsEntryType.SymbolicLink or RootfsEntryType.HardLink && _tree.Resolve(entry.Path) is null)
                .Select(entry => $"{entry.Path} -> {entry.LinkTarget}"),
            Is.Empty);

    [Test]
    public void FoldersAreRealSoThatCopyIntoThemWorks()
    {
        foreach (var folder in (string[])["bin", "sbin", "lib", "usr", "usr/bin", "usr/sbin", "usr/lib"])
        {
            Assert.That(Entry(folder).Type, Is.EqualTo(RootfsEntryType.Directory), folder);
        }

        if (_image.Platform.Loader.StartsWith("/lib64/", StringComparison.Ordinal))
        {
            Assert.That((Entry("lib64").Type, Entry("lib64").LinkTarget), Is.EqualTo((RootfsEntryType.SymbolicLink, "lib")));
        }

        Assert.That(_tree.Resolve(_image.Platform.Loader), Does.StartWith("lib/ld"), "the loader, where programs ask for it");
    }

    [Test]
    public void CommandsAreNotShadowedByAnAppletOfTheirName()
    {
        var path = _image.Config.Run.Environment.Single(variable => variable.StartsWith("PATH=", StringComparison.Ordinal))["PATH=".Length..].Split(':');
        foreach (var command in (string[])["ip", "ethtool", "getconf"])
        {
            var first = path.Select(folder => _tree.Resolve($"{folder}/{command}")).First(found => found is not null);
            Assert.That(first, Is.EqualTo(command == "ethtool" ? "usr/sbin/ethtool" : $"usr/bin/{command}"));
            Assert.That(
                new[] { "bin", "sbin", "usr/bin", "usr/sbin" }.Select(folder => _tree.Resolve($"{folder}/{command}")).Where(found => found is not null), Is.All.EqualTo(first), command);
            Assert.That(_tree.Resolve($"bin/{command}"), Is.EqualTo(first), $"/bin/{command}");
        }
    }

    [Test]
    public void EveryAppletIsAtBin()
    {
        var applets = _tree.Entries.Where(entry => _tree.Resolve(entry.Path) == "bin/busybox").Select(entry => RootfsPath.Name(entry.Path)).ToHashSet(StringComparer.Ordinal);
        Assert.That(applets, Has.Count.GreaterThan(400).And.Contain("wget").And.Contain("httpd").And.Contain("[").And.Contain("linuxrc"));
        Assert.That(applets.Where(applet => _tree.Resolve("bin/" + applet) != "bin/busybox"), Is.Empty);
        Assert.That((_tree.Resolve("usr/bin/env"), _tree.Resolve("usr/sbin/httpd")), Is.EqualTo(("bin/busybox", "bin/busybox")));
    }

    [Test]
    public void IpHasItsNames() => Assert.That(Text("usr/share/iproute2/rt_tables"), Does.Contain("main"));

    [Test]
    public void TheSystemSaysWhatItIs()
    {
        Assert.That(Text("etc/os-release").Split('\n'), Does.Contain("ID=debian"));
        Assert.That(Text("etc/debian_version"), Does.StartWith("13."));
        Assert.That(Text("etc/nsswitch.conf"), Does.Match("(?m)^hosts:\\s+files dns$"));
        var users = Text("etc/passwd").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':')).ToDictionary(fields => fields[0], fields => fields[2]);
        Assert.That((users["root"], users["nobody"], users["nonroot"]), Is.EqualTo(("0", "65534", "65532")));
        Assert.That(Text("etc/shadow"), Does.StartWith("root:*:").And.Not.Contain("$"), "no account has a password");
        Assert.That(new[] { "etc/resolv.conf", "etc/hosts", "etc/hostname" }.Where(path => _tree.TryGet(path, out _)), Is.Empty, "these come from the engine");
    }

    [Test]
    public void EveryPackageHasItsRecordItsSumsAndItsCopyright()
    {
        const string folder = "var/lib/dpkg/status.d/";
        var records = _tree.Entries.Select(entry => entry.Path)
            .Where(path => path.StartsWith(folder, StringComparison.Ordinal) && !path.EndsWith(".md5sums", StringComparison.Ordinal))
            .Select(path => path[folder.Length..])
            .ToList();
        Assert.That(records, Is.SupersetOf(new[] { "libc6", "libstdc++6", "busybox", "iproute2", "ethtool" }));
        foreach (var package in records)
        {
            var fields = Text(folder + package).Split('\n');
            Assert.That(fields, Does.Contain($"Package: {package}"));
            Assert.That(fields, Does.Contain($"Architecture: {_image.Platform.DebianArchitecture}").Or.Contain("Architecture: all"));
            Assert.That(_tree.TryGet($"{folder}{package}.md5sums", out _), package);
            Assert.That(Entry($"usr/share/doc/{package}/copyright") is { Type: RootfsEntryType.File, Content.IsEmpty: false }, package);
        }
    }

    [Test]
    public void TheConfigStartsAShell()
    {
        Assert.That(_image.Config.Run.Command, Is.EqualTo(new[] { "sh" }));
        Assert.That(_image.Config.Run.EntryPoint, Is.Empty);
        Assert.That(_image.Config.DiffIds, Has.Count.EqualTo(1), "one layer");
        Assert.That(_image.Config.Platform.Variant, Is.EqualTo(_image.Platform.Variant));
    }

    private static bool IsWritableByAll(RootfsEntry entry) => entry.Type is not RootfsEntryType.SymbolicLink && (entry.Mode & 2) != 0;

    private static IEnumerable<string> Names() => KnownPlatforms.Default.Select(platform => platform.Name);

    private RootfsEntry Entry(string path)
    {
        Assert.That(_tree.TryGet(path, out var entry), $"no {path} in the image");
        return entry!;
    }

    private string Text(string path) => Encoding.UTF8.GetString(Entry(_tree.Resolve(path) ?? path).Content.Span);
}
