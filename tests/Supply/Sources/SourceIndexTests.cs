using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Tests.Supply.Sources;

/// <summary>The index of source packages, which a mirror may have changed in any way that its signature does not show.</summary>
[Category(Categories.Unit)]
[Parallelizable(ParallelScope.All)]
internal sealed class SourceIndexTests
{
    private static readonly string _sum = new('a', 64);

    // The form of the real index, with fields that are passed over.
    private static readonly string _zlib =
        $"""
        Package: zlib
        Binary: zlib1g, zlib1g-dev
        Version: 1:1.3.1-1
        Maintainer: Somebody <a@b.c>
        Files:
         d41d8cd98f00b204e9800998ecf8427e 10 zlib_1.3.1-1.dsc
        Checksums-Sha256:
         {_sum} 2000 zlib_1.3.1.orig.tar.xz
         {_sum} 10 zlib_1.3.1-1.dsc
        Directory: pool/main/z/zlib

        """;

    [Test]
    public void APackageIsFoundByItsExactVersion()
    {
        using var folder = new TemporaryFolder();
        using var index = Open(folder, _zlib, "Package: zlib\nVersion: 2\nDirectory: pool/updates/z\nChecksums-Sha256:\n " + _sum + " 1 zlib_2.dsc\n");
        var found = index.Find("zlib", "1:1.3.1-1")!;
        Assert.That(found.Files.Select(file => (file.Path, file.Size)), Is.EqualTo([("pool/main/z/zlib/zlib_1.3.1-1.dsc", 10L), ("pool/main/z/zlib/zlib_1.3.1.orig.tar.xz", 2000L)]));
        Assert.That((found.Archive, found.Files[0].Sha256), Is.EqualTo(("archive0", _sum)));
        Assert.That(index.Find("zlib", "2")!.Archive, Is.EqualTo("archive1"));
        Assert.That((index.Find("zlib", "1:1.3.1"), index.Find("zli", "1:1.3.1-1"), index.Find("zlib", "")), Is.EqualTo(((IndexedSource?)null, (IndexedSource?)null, (IndexedSource?)null)));
    }

    [TestCase("pool/main/z/zlib", "../../../etc")]
    [TestCase("pool/main/z/zlib", "/etc")]
    [TestCase("pool/main/z/zlib", "pool/a b")]
    [TestCase("pool/main/z/zlib", "pool/a|b")]
    [TestCase(" 10 zlib_1.3.1-1.dsc\nD", " 10 ../zlib.dsc\nD")]
    [TestCase(" 10 zlib_1.3.1-1.dsc\nD", " 10 a/zlib.dsc\nD")]
    [TestCase(" 10 zlib_1.3.1-1.dsc\nD", " -1 zlib_1.3.1-1.dsc\nD")]
    [TestCase(" 10 zlib_1.3.1-1.dsc\nD", " 0 zlib_1.3.1-1.dsc\nD")]
    [TestCase(" 10 zlib_1.3.1-1.dsc\nD", " 99999999999999999999 zlib_1.3.1-1.dsc\nD")]
    [TestCase(" 10 zlib_1.3.1-1.dsc\nD", " zlib_1.3.1-1.dsc\nD")]
    [TestCase("Checksums-Sha256", "Checksums-Sha1")]
    [TestCase("Version: 1:1.3.1-1", "Version: one two")]
    [TestCase("Package: zlib", "Package: z\tlib")]
    [TestCase("Package: zlib", "Package:")]
    public void AnIndexThatIsMalformedIsRefused(string old, string text)
    {
        using var folder = new TemporaryFolder();
        Assert.That(_zlib, Does.Contain(old));
        var error = Assert.Throws<DebianException>(() => Open(folder, _zlib.Replace(old, text, StringComparison.Ordinal)).Dispose());
        Assert.That(error.Message, Does.Contain("index0 is not a Sources file"));
    }

    private static SourceIndex Open(TemporaryFolder folder, params string[] indices)
    {
        SourceIndex.Build(folder["index"], indices.Select((text, number) => ((Stream)new MemoryStream(Encoding.UTF8.GetBytes(text)), $"index{number}", $"archive{number}")));
        return new SourceIndex(SortedLines.TryOpen(folder["index"])!);
    }
}
