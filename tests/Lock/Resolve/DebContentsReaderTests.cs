using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Rootfs;
using static BusyboxGlibc.Tests.Debian.Package.DebMaker;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>A package that lists a path again: resolution, the cache and the reader of locked files all take the last, as dpkg does.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DebContentsReaderTests
{
    private static readonly byte[] _deb = DebOf(
        Folder("./opt/"),
        Link("./opt/lib", "elsewhere"),
        File("./opt/a", "first"),
        File("./opt/link", "a file first"),
        Folder("./opt/lib/"),
        File("./opt/lib/x", "x"),
        File("./opt/a", "the second"),
        Link("./opt/link", "a"));

    private static readonly PinnedPackage _pin = new("sample", "1:2.3-4~x", "amd64", "sample", "1:2.3-4~x", ArchiveNames.Main, "pool/sample.deb", _deb.Length, new string('a', 64));

    [Test]
    public void ResolutionTakesTheLastOfAPath()
    {
        using var deb = DebFile.Open(new MemoryStream(_deb), "sample.deb");
        var contents = DebContentsReader.Read(deb, "sample.deb", null, CancellationToken.None);
        Assert.That(contents.Members.Select(member => member.Path), Is.EqualTo(new[] { "/opt/a", "/opt/lib/x", "/opt/link" }));
        Assert.That(contents.Find("/opt/link"), Has.Property(nameof(DebMember.IsSymbolicLink)).True.And.Property(nameof(DebMember.LinkTarget)).EqualTo("/opt/a"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void ALockedFileIsTheLastOfItsPath(bool kept)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("sample.deb");
        System.IO.File.WriteAllBytes(path, _deb);
        var read = PackageFiles.Read(new LockedPackage(_pin, 0, ["/opt/a", "/opt/link"]), path, kept ? new PackageCache(folder.Path) : null, CancellationToken.None);
        Assert.That(Encoding.UTF8.GetString(read.Find("/opt/a")!.Content.Span), Is.EqualTo("the second"));
        Assert.That(read.Find("/opt/link")!.Entry.LinkTarget, Is.EqualTo("a"));
    }

    [Test]
    public void DamageBehindWhatIsTakenIsNoBusinessOfTheImage()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("sample.deb");
        System.IO.File.WriteAllBytes(path, DebOf(File("./a", "a"), Member("./odd", 'S'), File("./b", "b")));
        Assert.That(PackageFiles.Read(new LockedPackage(_pin, 0, ["/a"]), path, null, CancellationToken.None).Files.Keys, Is.EqualTo(new[] { "/a" }));
        Assert.That(() => PackageFiles.Read(new LockedPackage(_pin, 0, ["/b"]), path, null, CancellationToken.None), Throws.TypeOf<DebianException>());
    }
}
