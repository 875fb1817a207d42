using System.Text;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Lock.Resolve;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Verify;

/// <summary>What an image promises to programs is what the loader finds for them, and nothing else.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PlatformAbiTests
{
    private static readonly Platform _armv7 = KnownPlatforms.Find("linux/arm/v7")!;

    [Test]
    public void OnlyWhatTheLoaderFindsIsPromisedByItsSoname()
    {
        var tree = new RootfsTree();
        Library(tree, "lib/libz.so.1.3.1", "libz.so.1");
        Link(tree, "lib/libz.so.1", "libz.so.1.3.1");
        Link(tree, "lib/libz.so", "libz.so.1");
        Library(tree, "lib/libaio.so.1t64", "libaio.so.1t64");
        Link(tree, "lib/libaio.so.1", "libaio.so.1t64");
        Library(tree, "usr/lib/libbare.so", null);
        Library(tree, "opt/app/libown.so.1", "libown.so.1");
        Library(tree, "usr/lib/x86_64-linux-gnu/gconv/GBK.so", "GBK.so");
        Library(tree, "lib/libunlinked.so.2.0", "libunlinked.so.2");
        tree.Add(new RootfsEntry("lib/libtext.so.1", RootfsEntryType.File, 0x1ED, 0, 0, null, null, "text"u8.ToArray(), "test"));
        Assert.That(PlatformAbi.Of(KnownPlatforms.Amd64, tree).Libraries.Keys, Is.EqualTo(new[] { "libaio.so.1", "libaio.so.1t64", "libbare.so", "libz.so.1" }));
    }

    [Test]
    public void TheVersionsAreThoseOfARealLibraryWithoutItsPrivateOnes()
    {
        const string libc = "/lib/x86_64-linux-gnu/libc.so.6";
        Requires.That(File.Exists(libc), "glibc for amd64");
        var tree = new RootfsTree();
        tree.Add(new RootfsEntry("lib/libc.so.6", RootfsEntryType.File, 0x1ED, 0, 0, null, null, File.ReadAllBytes(libc), "test"));
        var versions = PlatformAbi.Of(KnownPlatforms.Amd64, tree).Libraries["libc.so.6"];
        Assert.That(versions, Is.SupersetOf(new[] { "GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_ABI_DT_RELR" }).And.Ordered.Using((System.Collections.IComparer)StringComparer.Ordinal).And.Unique);
        Assert.That(versions.Any(version => version.Contains("PRIVATE") || version.Contains(".so")), Is.False);
    }

    [Test]
    public void ALossIsALibraryOrAVersion()
    {
        var old = Abi(("liba.so.1", ["A_1", "A_2"]), ("libb.so.1", []), ("libc.so.6", ["GLIBC_2.2.5"]));
        var next = Abi(("liba.so.1", ["A_2", "A_3"]), ("libc.so.6", ["GLIBC_2.2.5", "GLIBC_2.99"]), ("libd.so.1", []));
        Assert.That(old.LostIn(next).Select(loss => loss.Text), Is.EqualTo(new[] { "A_1 of liba.so.1", "libb.so.1" }));
        Assert.That(old.LostIn(old), Is.Empty);
    }

    [Test]
    public void TheFileHasOneLineForEachPromiseAndIsTheSameEveryTime()
    {
        var text = Encoding.UTF8.GetString(PlatformAbi.Write([Abi(("liba.so.1", ["A_1"])), Abi() with { Platform = _armv7 }]));
        Assert.That(text, Is.EqualTo("{\n  \"schema\": 1,\n  \"platforms\": {\n    \"linux/amd64\": {\n      \"liba.so.1\": [\n        \"A_1\"\n      ]\n    },\n    \"linux/arm/v7\": {}\n  }\n}\n"));
    }

    private static PlatformAbi Abi(params (string Soname, string[] Versions)[] libraries) =>
        new(KnownPlatforms.Amd64, new SortedDictionary<string, IReadOnlyList<string>>(libraries.ToDictionary(one => one.Soname, one => (IReadOnlyList<string>)one.Versions), StringComparer.Ordinal));

    private static void Library(RootfsTree tree, string path, string? soname) =>
        tree.Add(new RootfsEntry(path, RootfsEntryType.File, 0x1ED, 0, 0, null, null, TinyElf.Library(KnownPlatforms.Amd64, soname), "test"));

    private static void Link(RootfsTree tree, string path, string target) => tree.Add(new RootfsEntry(path, RootfsEntryType.SymbolicLink, 0x1FF, 0, 0, null, target, default, "test"));
}
