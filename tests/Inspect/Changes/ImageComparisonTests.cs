using System.Text;
using System.Text.Json;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Inspect.Changes;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Lock.Resolve;
using BusyboxGlibc.Tests.Oci.Layout;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.Inspect.Changes;

/// <summary>What differs between images is listed for each platform, and told as text, JSON and Markdown.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ImageComparisonTests
{
    private const string Changelog = "libx (2.0-1) sid; urgency=high\n\n  * CVE-2026-1111, CVE-2026-22222. Closes: #7\n\n -- A <a@b>  Sat, 10 Oct 2026 19:56:39 +0200\n\nlibx (1.0-1) sid; urgency=low\n\n  * First.\n\n -- A <a@b>  Sat, 10 Oct 2020 19:56:39 +0200\n";

    private readonly List<string> _asked = [];
    private TemporaryFolder _folder = null!;
    private bool _hasPackage;
    private int _made;

    [SetUp]
    public void Make()
    {
        (_folder, _hasPackage, _made) = (new TemporaryFolder(), true, 0);
        _asked.Clear();
    }

    [TearDown]
    public void Drop() => _folder.Dispose();

    [Test]
    public async Task WhatDiffersIsListed()
    {
        var answer = await CompareAsync(Old(), New());
        Assert.That((answer.IsChanged, answer.IsSecurity), Is.EqualTo((true, true)));
        var text = string.Join('\n', ChangesReport.Lines(answer).Skip(2));
        Assert.That(text[..text.IndexOf("\nsizes\n", StringComparison.Ordinal)], Is.EqualTo("""
            packages
              busybox  1:1.37.0 → 1:1.38.0
              libx1  1.0-1+b2 → 2.0-1
              liby1  removed 3
            security
              busybox 1:1.37.0 → 1:1.38.0: CVEs not known
                its package is not at hand
              libx 1.0-1+b2 → 2.0-1: 2 CVEs fixed, 1 bug closed, urgency high
                CVE-2026-1111, CVE-2026-22222
            libraries
              libold.so.1  removed
              libx.so.2  added
            applets
              added  ash
              removed  tool vi
            settings
              env LANG  added C.UTF-8
              label org.opencontainers.image.version  1.37.0-glibc-debian13 → 1.38.0-glibc-debian13
              user  removed 65532
            files
              changed  /bin/tool  type link → file, target busybox → nothing, +4 B
              changed  /etc/conf  mode 0644 → 0600, owner 0:0 → 1:2, −2 B
              changed  /etc/link  target a → b
              removed  /etc/old  −3 B
              changed  /etc/same  other content of the same size
              added  /etc/where  link, → conf
              removed  /lib/libold.so.1  −840 B
              added  /lib/libx.so.2  +840 B
              and 3 records of packages in /var/lib/dpkg/
              and 1 with nothing but another time
            """.Replace("840 B", $"{TinyElf.Library(KnownPlatforms.Amd64, "libx.so.2").Length} B", StringComparison.Ordinal)));
        Assert.That(text, Does.Contain("  linux/amd64  "));
        Assert.That(ChangesReport.No(answer), Is.EqualTo("the images differ, and 2 CVEs are fixed"));
    }

    [Test]
    public async Task BackwardsTheFixesAreLost()
    {
        var answer = await CompareAsync(New(), Old());
        Assert.That(answer.IsSecurity, Is.True);
        Assert.That(ChangesReport.No(answer), Is.EqualTo("the images differ, and 2 CVEs are no longer fixed"));
        Assert.That(ChangesReport.Lines(answer), Has.Some.EqualTo("  libx 2.0-1 → 1.0-1+b2: 2 CVEs no longer fixed, 1 bug open again, urgency high"));
        using var json = JsonDocument.Parse(ChangesJson.Of(answer));
        Assert.That(json.RootElement.GetProperty("security")[1].GetProperty("lost").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task WhereThePackageIsNotAtHandItsFixesAreNotKnown()
    {
        _hasPackage = false;
        var answer = await CompareAsync(Old(), New());
        Assert.That((answer.IsChanged, answer.IsSecurity), Is.EqualTo((true, false)));
        Assert.That(ChangesReport.Lines(answer), Has.Some.EqualTo("  libx 1.0-1+b2 → 2.0-1: CVEs not known"));
        Assert.That(ChangesReport.No(answer), Is.EqualTo("the images differ"));
    }

    [Test]
    public async Task TheSameImageHasNoChange()
    {
        var old = Old();
        var answer = await CompareAsync(old, old);
        Assert.That((answer.IsChanged, answer.IsSecurity, ChangesReport.No(answer)), Is.EqualTo((false, false, (string?)null)));
        Assert.That(ChangesReport.Lines(answer), Has.Count.EqualTo(1).And.All.StartsWith("nothing changed: ").And.All.EndsWith("on 1 platform"));
        Assert.That(ChangesMarkdown.Lines(answer)[0], Is.EqualTo("### Nothing changed"));
        Assert.That(_asked, Is.Empty);
    }

    [Test]
    public async Task PlatformsThatComeAndGoAreNamed()
    {
        var (amd64, arm64, s390x) = (KnownPlatforms.Amd64, KnownPlatforms.Find("linux/arm64")!, KnownPlatforms.Find("linux/s390x")!);
        var old = Write([amd64, arm64], _ => Tree(("etc/a", "1")));
        var @new = Write([amd64, s390x], platform => Tree(("etc/a", platform == amd64 ? "1" : "2")));
        var answer = await CompareAsync(old, @new);
        Assert.That((answer.Same, answer.Added, answer.Removed), Is.EqualTo((new[] { amd64 }, new[] { s390x }, new[] { arm64 })));
        Assert.That(ChangesReport.Lines(answer).Skip(2), Is.EqualTo(new[] { "new platform: linux/s390x", "without platform: linux/arm64", "nothing changed on linux/amd64" }));
        Assert.That(ChangesMarkdown.Lines(answer), Does.Contain("- new platform: linux/s390x"));
    }

    [Test]
    public async Task TheSameChangeOfSeveralPlatformsIsOneLine()
    {
        Platform[] both = [KnownPlatforms.Amd64, KnownPlatforms.Find("linux/arm64")!];
        var answer = await CompareAsync(Write(both, platform => Tree(("etc/a", "1"), ("etc/b", "1"))), Write(both, platform => Tree(("etc/a", platform == both[0] ? "22" : "333"), ("etc/b", platform == both[0] ? "1" : "2"))));
        var lines = ChangesReport.Lines(answer);
        Assert.That(lines, Does.Contain("  changed  /etc/a  +1 B to +2 B").And.Contain("  changed  /etc/b  other content of the same size  on linux/arm64"));
    }

    [Test]
    public async Task JsonHasEverything()
    {
        using var json = JsonDocument.Parse(ChangesJson.Of(await CompareAsync(Old(), New())));
        var root = json.RootElement;
        Assert.That((root.GetProperty("schema").GetInt32(), root.GetProperty("result").GetString()), Is.EqualTo((1, "security")));
        var platform = root.GetProperty("platforms")[0];
        var changes = platform.GetProperty("changes").EnumerateArray().ToList();
        Assert.That(changes.Select(change => change.GetProperty("subject").GetString()).Distinct(), Is.EqualTo(new[] { "package", "library", "applet", "setting", "file" }));
        var same = changes.Single(change => change.GetProperty("name").GetString() == "/etc/same");
        Assert.That(same.GetProperty("differences")[0].GetProperty("what").GetString(), Is.EqualTo("sha256"));
        Assert.That(changes.Count(change => change.GetProperty("name").GetString()!.StartsWith("/var/lib/dpkg/", StringComparison.Ordinal)), Is.EqualTo(3), "records too");
        Assert.That(root.GetProperty("security")[1].GetProperty("fixed").EnumerateArray().Select(id => id.GetString()), Is.EqualTo(new[] { "CVE-2026-1111", "CVE-2026-22222" }));
    }

    /// <summary>A pull request is no place for markup, mentions and links from an image.</summary>
    [Test]
    public async Task MarkdownHasNothingOfAnImageButInCode()
    {
        var evil = Write([KnownPlatforms.Amd64], _ => Tree(("etc/`@everyone` #1 | <b>", "x")), new Dictionary<string, string> { ["x"] = "a|b`c`<img>\n# heading @you" });
        var lines = ChangesMarkdown.Lines(await CompareAsync(Write([KnownPlatforms.Amd64], _ => Tree(("etc/a", "1"))), evil));
        Assert.That(lines, Does.Contain("| `label x` | `added a\\|b'c'<img>?# heading @you` |"));
        Assert.That(lines, Has.Some.EqualTo("- `added  /etc/'@everyone' #1 \\| <b>  +1 B`"));
        Assert.That(lines.Where(line => line.Contains('@') && !line.Contains('`', StringComparison.Ordinal)), Is.Empty);
        var changed = ChangesMarkdown.Lines(await CompareAsync(Old(), New()));
        Assert.That(changed[0], Is.EqualTo("### 3 packages changed, 2 CVEs fixed"));
        Assert.That(changed, Does.Contain("| `libx` | `1.0-1+b2` | `2.0-1` | `2 CVEs fixed, 1 bug closed, urgency high` | CVE-2026-1111, CVE-2026-22222 |"));
    }

    [Test]
    public async Task ManyFilesAreCutAndFitAComment()
    {
        var many = Write([KnownPlatforms.Amd64], _ => Tree([.. Enumerable.Range(0, 3000).Select(number => ($"etc/{new string('n', 200)}{number}", "x"))]));
        var answer = await CompareAsync(Write([KnownPlatforms.Amd64], _ => Tree(("etc/a", "1"))), many);
        Assert.That(ChangesReport.Lines(answer), Does.Contain("  and 2961 more: --json lists all"));
        Assert.That(string.Join('\n', ChangesMarkdown.Lines(answer)), Has.Length.LessThan(65536).And.Contain("and 2901 more"));
        var labels = Enumerable.Range(0, 300).ToDictionary(number => $"{new string('k', 290)}{number}", _ => new string('v', 300));
        var wide = await CompareAsync(Write([KnownPlatforms.Amd64], _ => Tree(("etc/a", "1"))), Write([KnownPlatforms.Amd64], _ => Tree(("etc/a", "2")), labels));
        var cut = wide with { Fixes = [.. Enumerable.Range(0, 90).Select(number => new SourceFixes($"s{number}", "1", "2", []) { Cves = [.. Enumerable.Range(1000, 60).Select(id => $"CVE-2026-{id}")] })] };
        Assert.That(string.Join('\n', ChangesMarkdown.Lines(cut)), Has.Length.LessThan(65536).And.Contain("**Security**: too many for a comment"));
    }

    [Test]
    public async Task RecordsThatAreNoneAreNone()
    {
        var odd = Write([KnownPlatforms.Amd64], _ => Tree(
            ("var/lib/dpkg/status", "Package: a\nVersion: 1\nStatus: install ok installed\n\nPackage: gone\nVersion: 1\nStatus: deinstall ok config-files\n\nPackage: bad\nVersion: ?\n"),
            ("var/lib/dpkg/status.d/broken", "no record\0"), ("var/lib/dpkg/status.d/b", "Package: b\nVersion: 2\nSource: c (bad version)\n")));
        var answer = await CompareAsync(Write([KnownPlatforms.Amd64], _ => Tree(("etc/a", "1"))), odd);
        Assert.That(answer.Platforms[0].Changes.Where(change => change.Subject == ChangeSubject.Package).Select(change => change.Name), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void WhatIsNoImageIsAnError()
    {
        using var old = AgainstImage.Of(OptionTable.From, Old(), _folder.Path, Open);
        Assert.That(() => AgainstImage.Of(OptionTable.To, "no-such-image", _folder.Path, Open), Throws.InstanceOf<BuildException>().With.Message.Contains("--to"));
        var damaged = New();
        foreach (var layer in OciLayoutReader.Open(damaged).ReadImages().Select(image => image.LayerPath))
        {
            File.WriteAllBytes(layer, [.. File.ReadAllBytes(layer).Select(value => (byte)(value ^ 1))]);
        }

        using var @new = AgainstImage.Of(OptionTable.To, damaged, _folder.Path, Open);
        Assert.That(async () => await Comparison().CompareAsync(old, @new, KnownPlatforms.All, default), Throws.InstanceOf<BuildException>());
    }

    [Test]
    [Category(Categories.Integration)]
    public async Task AnArchiveAndARegistryAreComparedToo()
    {
        Requires.Tool("docker-registry");
        using var registry = new RealRegistry();
        var (old, @new) = (OciLayoutReader.Open(Old()), OciLayoutReader.Open(New()));
        DockerArchive.Write(old, _folder["old.tar"], 0);
        var name = new ImageReference($"127.0.0.1:{registry.Port}", "acme/busybox", "glibc");
        await RegistryImages.Publisher(@new).PushAsync([RegistryImages.Place(name.Registry)], default);
        var (expected, answer) = (await CompareAsync(old.Path, @new.Path), await CompareAsync(_folder["old.tar"], name.Full));
        Assert.That(ChangesReport.Lines(answer).Skip(2), Is.EqualTo(ChangesReport.Lines(expected).Skip(2)));
    }

    [Test]
    public async Task SettingsAreComparedWhereTheLayersAreTheSame()
    {
        string Labelled(string value) => Write(
            [KnownPlatforms.Amd64, KnownPlatforms.Find("linux/arm64")!], _ => Tree(("bin/busybox", "box"), Record("libx1", "1.0-1")), new Dictionary<string, string> { ["team"] = value }, new ImageRunConfig([], []));

        var answer = await CompareAsync(Labelled("a"), Labelled("b"));
        Assert.That(answer.Platforms, Has.Count.EqualTo(2));
        foreach (var changes in answer.Platforms)
        {
            Assert.That(changes.Changes.Select(change => (change.Subject, change.Name)), Is.EqualTo(new[] { (ChangeSubject.Setting, "label team") }));
            Assert.That(changes.After, Is.EqualTo(changes.Before));
        }
    }

    private string Old() => Write(
        [KnownPlatforms.Amd64],
        platform => Tree(
            [("bin/busybox", "box"), ("etc/conf", "long"), ("etc/old", "old"), ("etc/same", "one"), Record("libx1", "1.0-1+b2", "libx (1.0-1)"), Record("liby1", "3"), Record("busybox", "1:1.37.0")],
            [("lib/libold.so.1", TinyElf.Library(platform, "libold.so.1"))], [("bin/vi", "busybox"), ("bin/sh", "busybox"), ("bin/tool", "busybox"), ("etc/link", "a")], time: 1),
        new Dictionary<string, string> { [AnnotationKeys.Version] = "1.37.0-glibc-debian13" },
        new ImageRunConfig(["PATH=/bin"], ["sh"]) { User = "65532" });

    private string New() => Write(
        [KnownPlatforms.Amd64],
        platform => Tree(
            [("bin/busybox", "box"), ("bin/tool", "tool"), ("etc/same", "two"), Record("libx1", "2.0-1", "libx"), Record("busybox", "1:1.38.0")],
            [("lib/libx.so.2", TinyElf.Library(platform, "libx.so.2"))], [("bin/ash", "busybox"), ("bin/sh", "busybox"), ("etc/link", "b"), ("etc/where", "conf")], time: 2,
            new RootfsEntry("etc/conf", RootfsEntryType.File, 0x180, 1, 2, 1, null, "no"u8.ToArray(), "test")),
        new Dictionary<string, string> { [AnnotationKeys.Version] = "1.38.0-glibc-debian13" },
        new ImageRunConfig(["PATH=/bin", "LANG=C.UTF-8"], ["sh"]));

    private static (string Path, string Text) Record(string name, string version, string? source = null) =>
        ($"var/lib/dpkg/status.d/{name}", $"Package: {name}\nVersion: {version}\n{(source is null ? string.Empty : $"Source: {source}\n")}");

    private static RootfsTree Tree(params (string Path, string Text)[] files) => Tree(files, [], [], 1);

    private static RootfsTree Tree((string Path, string Text)[] files, (string Path, byte[] Content)[] libraries, (string Path, string Target)[] links, long time, params RootfsEntry[] others)
    {
        var tree = new RootfsTree();
        foreach (var (path, content) in files.Select(file => (file.Path, Encoding.UTF8.GetBytes(file.Text))).Concat(libraries))
        {
            tree.Add(new RootfsEntry(path, RootfsEntryType.File, path.StartsWith("etc/", StringComparison.Ordinal) ? 0x1A4 : 0x1ED, 0, 0, time, null, content, "test"));
        }

        foreach (var (path, target) in links)
        {
            tree.Add(new RootfsEntry(path, RootfsEntryType.SymbolicLink, 0x1FF, 0, 0, 1, target, default, "test"));
        }

        foreach (var other in others)
        {
            tree.Add(other);
        }

        return tree;
    }

    private string Write(Platform[] platforms, Func<Platform, RootfsTree> tree, Dictionary<string, string>? labels = null, ImageRunConfig? run = null)
    {
        var path = _folder[$"oci-{++_made}"];
        using var writer = new OciLayoutWriter(path);
        Dictionary<string, string> all = new(labels ?? []) { [AnnotationKeys.BusyboxVersion] = "1.38.0", [AnnotationKeys.BusyboxOrigin] = "upstream", [AnnotationKeys.Created] = Rfc3339.FromEpoch(TestImages.Epoch) };
        all.TryAdd(AnnotationKeys.Version, "1.38.0-glibc-debian13");
        var manifests = platforms.Select(platform =>
        {
            var spec = new ImageSpec(platform, TestImages.Epoch, "busybox-glibc test", all, HasCertificates: false);
            return writer.AddImage(run is null ? spec : spec with { Run = run }, new LayerCache(_folder["cache"]).GetOrAdd(stream => RootfsTar.Write(tree(platform), stream, 100)));
        }).ToList();
        writer.Commit(manifests, all, [ImageReference.TryParse("busybox:glibc")!]);
        return path;
    }

    private async Task<ChangesAnswer> CompareAsync(string from, string to)
    {
        using var old = AgainstImage.Of(OptionTable.From, from, _folder.Path, Open);
        using var @new = AgainstImage.Of(OptionTable.To, to, _folder.Path, Open);
        return await Comparison().CompareAsync(old, @new, KnownPlatforms.All, default);
    }

    private ImageComparison Comparison() => new(
        new ChangelogReader(async (pin, cancellation) =>
        {
            _asked.Add(pin.Name);
            await File.WriteAllBytesAsync(_folder[pin.Sha256], Package().Deb(), cancellation);
            return _folder[pin.Sha256];
        }),
        (_, package, _) => Task.FromResult(_hasPackage && package is { Name: "libx1", Version: "2.0-1" } ? Package().Indexed(Package().Deb()).Pin : null), 2);

    private static FakePackage Package() => new FakePackage("libx1", "2.0-1", KnownPlatforms.Amd64) { Source = "libx" }.File("/usr/share/doc/libx1/changelog.Debian.gz", Changelog);

    private static OpenPlaces Open(ImageReference name) => new(
        [RegistryImages.Place(name.Registry, name.Repository)], host => RegistryClients.New([], host.IsLoopback), RegistryImages.Policy, static _ => { });
}
