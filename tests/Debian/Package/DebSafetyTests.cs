using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Package;
using static BusyboxGlibc.Tests.Debian.Package.DebMaker;
using static BusyboxGlibc.Tests.Debian.Package.DebReading;

namespace BusyboxGlibc.Tests.Debian.Package;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DebSafetyTests
{
    private static readonly byte[] _honest = File("./ok", "fine");

    [TestCase("../evil", "..")]
    [TestCase("./../evil", "..")]
    [TestCase("./usr/../../evil", "..")]
    [TestCase("./usr/..", "..")]
    [TestCase("/../etc/passwd", "..")]
    [TestCase("//..", "..")]
    [TestCase(".//../x", "..")]
    [TestCase("./a\nb", "control character")]
    [TestCase("./a\u001b[31m", "control character")]
    [TestCase("./\u00e9", "not UTF-8")]
    [TestCase(".", "root is not a folder")]
    public void APathThatIsNotPlainIsRefused(string path, string reason) =>
        Refused(DebOf(_honest, Member(path, '0')), reason);

    [TestCase("./a", "../etc")]
    [TestCase("./usr/lib/x", "../../../etc/shadow")]
    [TestCase("./usr/lib/x", "/../etc")]
    [TestCase("./usr/lib/x", "/usr/../../etc")]
    [TestCase("./usr/lib/x", "a/../../../../usr/lib/y")]
    public void ASymbolicLinkThatLeadsOutOfThePackageRootIsRefused(string path, string target) =>
        Refused(DebOf(Link(path, target)), "points outside the package root", path[1..]);

    [TestCase("./usr/lib/x", "../../etc/x")]
    [TestCase("./usr/lib/x", "/etc/x")]
    [TestCase("./x", "usr/..")]
    [TestCase("./x", "..data")]
    public void ASymbolicLinkThatStaysInsideIsReportedAsItStands(string path, string target) =>
        Assert.That(Entries(DebOf(Link(path, target)))[0].LinkTarget, Is.EqualTo(target));

    [TestCase("../etc/shadow", "..")]
    [TestCase("/etc/shadow", "not an earlier file")]
    [TestCase("./later", "not an earlier file")]
    [TestCase("./folder", "not an earlier file")]
    [TestCase("./link", "not an earlier file")]
    [TestCase("", "empty")]
    public void AHardLinkToAnythingButAnEarlierFileIsRefused(string target, string reason) =>
        Refused(DebOf(Folder("./folder/"), Link("./link", "/ok"), Link("./hard", target, '1'), File("./later", "x")), reason, "/hard");

    [Test]
    public void AHardLinkToAHardLinkNamesTheFile()
    {
        var entries = Entries(DebOf(_honest, Link("./b", "./ok", '1'), Link("./c", "b", '1')));
        Assert.That(entries.Select(entry => entry.LinkTarget), Is.EqualTo(new[] { null, "/ok", "/ok" }));
    }

    [Test]
    public void APathThroughALinkOfTheSamePackageIsRefused()
    {
        Refused(DebOf(Link("./lib", "/etc"), File("./lib/passwd", "x")), "passes through /lib", "/lib/passwd");
        Refused(DebOf(Link("./lib", "/etc"), File("./lib/deep/er/passwd", "x")), "passes through /lib", "/lib/deep/er/passwd");
        Refused(DebOf(_honest, File("./ok/below", "x")), "passes through /ok", "/ok/below");
        Assert.That(Entries(DebOf(File("./lib/passwd", "x"), Link("./lib", "/etc"))).Select(entry => entry.Path), Is.EqualTo(new[] { "/lib/passwd" }), "dpkg(1) makes no link where a folder is");
    }

    [Test]
    public void APathThatOccursAgainIsRefusedWhereDpkgRefusesIt()
    {
        Refused(DebOf(_honest, Folder("./ok/")), "a file and a folder", "/ok");
        Refused(DebOf(Folder("./usr/"), File("./usr/x", "x"), File("./usr", "x")), "must be a folder", "/usr");
        Refused(DebOf(Folder("./usr/"), Folder("./usr/lib/"), Folder("./usr/"), File("./usr", "x")), "must be a folder", "/usr");
        Refused(DebOf(_honest, Link("./ok", "ok", '1')), "again after a hard link", "/ok");
        Refused(DebOf(_honest, Link("./hard", "ok", '1'), File("./ok", "other")), "again after a hard link", "/ok");
        Refused(DebOf(Link("./lib", "/etc"), Folder("./lib/"), Link("./lib", "/etc"), File("./lib/x", "x"), Folder("./lib/x/")), "a file and a folder", "/lib/x");
    }

    [TestCase('S', "sparse")]
    [TestCase('7', "not allowed")]
    [TestCase('V', "not allowed")]
    public void OtherKindsOfMemberAreRefused(char type, string reason) => Refused(DebOf(_honest, Member("./odd", type)), reason, "odd");

    [Test]
    public void ASparseFileHiddenInAPaxHeaderIsRefused() =>
        Refused(DebOf(Pax("GNU.sparse.realsize=10737418240"), _honest), "sparse");

    [Test]
    public void ADeclaredTenGigabytesAreRefusedBeforeAnyIsRead()
    {
        Refused(DebOf(Member("./odd", '3', new byte[4])), "has content");
        Refused(DebOf(Member("x", 'g', "10 path=b\n"u8.ToArray()), _honest), "changes every member");
        Refused(DebOf(Member("./big", '0', size: 7L << 30)), "declares 7516192768 bytes", "big");
        Refused(DebOf(Member("./big", '0', sizeField: "\u0080\0\0\0\0\0\0\u0002\u0080\0\0\0")), "declares 10737418240 bytes", "big");
        Refused(DebOf(Pax("size=10737418240"), _honest), "declares 10737418240 bytes", "ok");
        Refused(DebOf(Pax("size=9223372036854775807"), _honest), "declares 9223372036854775807 bytes", "ok");
    }

    [Test]
    public void EveryLimitHolds()
    {
        var limits = new DebLimits();
        Refused(DebOf(File("./big", new string('x', 2000))), "more than the 1999", "/big", limits with { MaxMemberSize = 1999 });
        Refused(DebOf(_honest, File("./b", "x")), "unpacks to more than", limits: limits with { MaxUnpackedSize = 2000 });
        Refused(Deb([.. Tar(_honest), .. new byte[1 << 20]]), "unpacks to more than", limits: limits with { MaxUnpackedSize = 1 << 19 });
        Refused(DebOf(_honest, File("./b", "x"), File("./c", "x")), "more than 2 members", limits: limits with { MaxEntries = 2 });
        Refused(DebOf(_honest, File("./long-name", "x")), "longer than 8 bytes", limits: limits with { MaxPathLength = 8 });
        Refused(DebOf(File("./" + string.Concat(Enumerable.Repeat("a/", 40)) + "b", "x")), "paths together", limits: limits with { MaxPathCharacters = 1000 });
        Refused(DebOf(_honest), "unpacks to more than", limits: limits with { MaxControlSize = 700 });
        Refused(DebOf(Member("././@LongLink", 'L', size: 1 << 30)), "extended header declares");
        Refused(DebOf(Pax("path=" + new string('a', 5000)), _honest), "longer than 4096");
        Refused(DebOf(Member("./x", 'x', size: 1 << 30)), "extended header declares");
    }

    [Test]
    public void AFolderOrLinkWithContentIsRefused()
    {
        Refused(DebOf(Member("./d/", '5', new byte[4])), "content although", "./d/");
        Refused(DebOf(Member("./l", '2', new byte[4], link: "x")), "content although", "./l");
    }

    [Test]
    public void PackageRootAndSetuidAreReportedNotRefused()
    {
        var entries = Entries(DebOf(Folder("./"), File("./su", "x", mode: 0x9ED)));
        Assert.That(entries[0].Path, Is.EqualTo("/"));
        Assert.That(entries[1].Mode, Is.EqualTo(0x9ED));
    }

    [Test]
    public void AControlCharacterOfAPathNeverReachesTheTerminal()
    {
        var error = Assert.Throws<DebianException>(() => Entries(DebOf(Member("./a\u001b]0;x\u0007", '0'))))!;
        Assert.That(error.Message.Where(c => char.IsControl(c) && c != '\n'), Is.Empty);
    }

    internal static byte[] Pax(params string[] records) =>
        Member("./PaxHeaders/x", 'x', Encoding.UTF8.GetBytes(string.Concat(records.Select(Record))));

    private static string Record(string record)
    {
        var length = Encoding.UTF8.GetByteCount(record) + 3;
        while ($"{length} {record}\n".Length + Encoding.UTF8.GetByteCount(record) - record.Length != length)
        {
            length++;
        }

        return $"{length} {record}\n";
    }
}
