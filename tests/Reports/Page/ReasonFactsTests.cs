using System.Text;
using BusyboxGlibc.Inspect.Contents;
using BusyboxGlibc.Inspect.Reasons;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports.Page;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Reports.Page;

/// <summary>What is in the images of several platforms, and why, joined.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ReasonFactsTests
{
    private static readonly Platform _arm64 = KnownPlatforms.Find("linux/arm64")!;

    [Test]
    public void EveryFileHasOneOwner()
    {
        var contents = Contents(KnownPlatforms.Amd64);
        Assert.That(contents.Files.ToDictionary(file => file.Path, file => file.Owner), Is.EquivalentTo(new Dictionary<string, string>
        {
            ["/bin/busybox"] = ImageContents.Made, ["/etc/own"] = "overlay", ["/lib/libz.so.1"] = "zlib1g", ["/usr/share/doc/zlib1g/copyright"] = "zlib1g", ["/var/lib/dpkg/status.d/zlib1g"] = ImageContents.Records,
            ["/var/lib/dpkg/status.d/zlib1g.md5sums"] = ImageContents.Records,
        }));
        Assert.That(contents.Applets, Is.EqualTo(2));
        Assert.That(contents.Packages.Select(package => $"{package.Name} {package.Version} {package.Source}"), Is.EqualTo(new[] { "zlib1g 1:1.3.1-1 zlib" }));
        Assert.That(contents.Files.Single(file => file.Path == "/lib/libz.so.1").Needs, Is.EqualTo(new[] { "libc.so.6" }));
    }

    [Test]
    public void AFileOfSeveralPlatformsIsThereOnceWithTheSizeOfEach()
    {
        var files = ReasonFacts.Files([Contents(KnownPlatforms.Amd64), Contents(_arm64, own: false)]);
        Assert.That(files.Single(file => file.Path == "/etc/own").Bytes, Is.EqualTo(new long[] { 3, -1 }));
        Assert.That(files.Single(file => file.Path == "/lib/libz.so.1").Bytes, Has.All.GreaterThan(100));
        Assert.That(files.Select(file => file.Bytes.Max()), Is.Ordered.Descending);
        Assert.That(ReasonFacts.Packages([Contents(KnownPlatforms.Amd64), Contents(_arm64)]).Single().Platforms, Is.EqualTo(3));
    }

    [Test]
    public void TheGraphHasTheCompiledBusyboxAndWhatIsDifferentOnAPlatform()
    {
        ReasonMap Map(Platform platform, bool zstd) => new(
            platform, [new("line 1: libz", [0])],
            [
                new("/usr/lib/{triplet}/libz.so.1", "zlib1g", 0, null, "asks for", [(1, "needs"), (2, "has the copyright file")]),
                new("/usr/lib/{triplet}/libc.so.6", "libc6", 0, 0, zstd ? "needs" : "is a link to", []),
                new("/usr/share/doc/zlib1g/copyright", "zlib1g", 0, 0, "has the copyright file", []),
            ]);
        var reasons = ReasonFacts.Of([Map(KnownPlatforms.Amd64, true), Map(_arm64, false)], [Contents(KnownPlatforms.Amd64), Contents(_arm64)]);
        Assert.That(reasons.Roots, Is.EqualTo(new[] { "line 1: libz", ReasonFinder.BusyboxLabel }));
        Assert.That(reasons.Files.Select(file => file.Path), Has.Member("/bin/busybox"));
        Assert.That(reasons.Edges.Select(edge => edge.How), Has.None.EqualTo("has the copyright file"));
        Assert.That(reasons.Edges.Where(edge => edge.How == "needs" && edge.From >= 0).Select(edge => $"{reasons.Files[edge.From].Path} {reasons.Files[edge.To].Path} {edge.Platforms}"),
            Is.EqualTo(new[] { "/usr/lib/{triplet}/libz.so.1 /usr/lib/{triplet}/libc.so.6 3", "/bin/busybox /usr/lib/{triplet}/libc.so.6 3" }));
        var libc = reasons.Files.Index().Single(pair => pair.Item.Path.EndsWith("libc.so.6", StringComparison.Ordinal)).Index;
        Assert.That(PageReasons.Chain(reasons, libc, 1), Is.EqualTo(new[] { "line 1: libz", "asks for /usr/lib/{triplet}/libz.so.1", "needs libc.so.6" }));
        Assert.That(PageReasons.Chain(reasons, libc, 2)[^1], Is.EqualTo("is a link to libc.so.6"));
    }

    private static ImageContents Contents(Platform platform, bool own = true)
    {
        var tree = new RootfsTree();
        void Add(string path, ReadOnlyMemory<byte> content) => tree.Add(new RootfsEntry(path, RootfsEntryType.File, 420, 0, 0, 0, null, content, "test"));
        Add("bin/busybox", TinyElf.Program(platform, "libc.so.6"));
        Add("lib/libz.so.1", TinyElf.Library(platform, "libz.so.1", "libc.so.6"));
        Add("usr/share/doc/zlib1g/copyright", "zlib"u8.ToArray());
        Add("var/lib/dpkg/status.d/zlib1g", "Package: zlib1g\nVersion: 1:1.3.1-1\nSource: zlib\nArchitecture: amd64\n"u8.ToArray());
        Add("var/lib/dpkg/status.d/zlib1g.md5sums", Encoding.ASCII.GetBytes($"{new string('0', 32)}  lib/libz.so.1\n"));
        if (own)
        {
            Add("etc/own", "own"u8.ToArray());
        }

        foreach (var applet in new[] { "bin/ls", "bin/vi", "usr/bin/vi" })
        {
            tree.Add(new RootfsEntry(applet, RootfsEntryType.SymbolicLink, 511, 0, 0, 0, "/bin/busybox", default, "test"));
        }

        return ImageContents.Of(platform, tree, path => path == "/etc/own" ? "overlay" : null, null);
    }
}
