using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Inspect.Published;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Inspect.Published;

/// <summary>The files of an image are those of its SBOM, at their own paths: a link in the place of a file is not the file.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SbomFilesTests
{
    private static readonly IReadOnlyDictionary<string, string> _listed = new Dictionary<string, string> { ["bin/a"] = Sum("a"), ["bin/b"] = Sum("b"), ["bin/hard"] = Sum("a") };

    [Test]
    public void FilesAndHardLinksAreCompared() => Assert.That(SbomFiles.Differences(_listed, Tree(File("bin/a", "a"), File("bin/b", "b"), Hard("bin/hard", "bin/a"))), Is.Empty);

    [Test]
    public void ASymbolicLinkInPlaceOfAFileIsFound() => Assert.That(
        SbomFiles.Differences(_listed, Tree(File("bin/a", "a"), Symbolic("bin/b", "a"), Hard("bin/hard", "bin/a"))), Is.EqualTo(new[] { "/bin/b is not a file of the image" }));

    [Test]
    public void AHardLinkToOtherContentIsFound() => Assert.That(
        SbomFiles.Differences(_listed, Tree(File("bin/a", "a"), File("bin/b", "b"), Hard("bin/hard", "bin/b"))), Is.EqualTo(new[] { "/bin/hard has another content" }));

    [Test]
    public void AHardLinkThatIsNotListedIsFound() => Assert.That(
        SbomFiles.Differences(_listed, Tree(File("bin/a", "a"), File("bin/b", "b"), Hard("bin/hard", "bin/a"), Hard("bin/more", "bin/a"))), Is.EqualTo(new[] { "/bin/more is not in the SBOM" }));

    [Test]
    public void AFolderInPlaceOfAFileIsFound() => Assert.That(
        SbomFiles.Differences(_listed, Tree(File("bin/a", "a"), File("bin/b/x", "x"), Hard("bin/hard", "bin/a"))), Is.EqualTo(new[] { "/bin/b/x is not in the SBOM", "/bin/b is not a file of the image" }));

    private static string Sum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static RootfsTree Tree(params RootfsEntry[] entries)
    {
        var tree = new RootfsTree();
        Array.ForEach(entries, tree.Add);
        return tree;
    }

    private static RootfsEntry File(string path, string text) => new(path, RootfsEntryType.File, 0x1ed, 0, 0, null, null, Encoding.UTF8.GetBytes(text), "test");

    private static RootfsEntry Symbolic(string path, string target) => new(path, RootfsEntryType.SymbolicLink, 0x1ff, 0, 0, null, target, default, "test");

    private static RootfsEntry Hard(string path, string target) => new(path, RootfsEntryType.HardLink, 0x1ed, 0, 0, null, target, default, "test");
}
