using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Package;
using static BusyboxGlibc.Tests.Debian.Package.DebMaker;
using static BusyboxGlibc.Tests.Debian.Package.DebReading;

namespace BusyboxGlibc.Tests.Debian.Package;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DebFormatTests
{
    private static readonly byte[] _format = "2.0\n"u8.ToArray();
    private static readonly byte[] _data = Tar(Folder("./"), File("./a", "alpha"), Link("./b", "a"));

    [TestCase("")]
    [TestCase(".gz")]
    [TestCase(".xz")]
    [TestCase(".zst")]
    public void EveryCompressionGivesTheSame(string compression)
    {
        using var file = DebFile.Open(new MemoryStream(Deb(_data, compression)), "test.deb");
        Assert.That(Encoding.UTF8.GetString(file.Control.ControlFile.Span), Is.EqualTo(ControlText));
        Assert.That(Encoding.UTF8.GetString(file.Control.Md5Sums.Span), Does.EndWith("usr/bin/empty\n"));
        Assert.That((file.Control.Package, file.Control.Version, file.Control.Architecture), Is.EqualTo(("sample", "1:2.3-4~x", "amd64")));
        var seen = new List<string>();
        file.ReadData((entry, content) =>
        {
            seen.Add($"{entry.Path} {(content is null ? entry.LinkTarget : new StreamReader(content).ReadToEnd())}");
            return true;
        });
        Assert.That(seen, Is.EqualTo(new[] { "/ ", "/a alpha", "/b a" }));
    }

    [TestCase("")]
    [TestCase(".gz")]
    [TestCase(".xz")]
    [TestCase(".zst")]
    public void AFileCutShortAnywhereIsRefused(string compression)
    {
        var deb = Deb(_data, compression);
        for (var length = 0; length < deb.Length; length++)
        {
            Assert.Throws<DebianException>(() => Drain(deb[..length]), $"cut to {length} of {deb.Length}");
        }
    }

    [TestCase("")]
    [TestCase(".gz")]
    [TestCase(".xz")]
    [TestCase(".zst")]
    public void SomethingAfterThePackageIsRefusedAndBehindTheTarWhereDpkgRefusesIt(string compression)
    {
        Refused([.. Deb(_data, compression), .. "garbage"u8], "followed by data");
        var packed = Packed(_data, compression);
        foreach (var extra in new byte[][] { [7], [7, 7], "garbage that is longer than a header of anything"u8.ToArray(), new byte[3] })
        {
            var deb = Ar(("debian-binary", _format), ("control.tar", Control), ("data.tar" + compression, [.. packed, .. extra]));
            if (compression is "" or ".gz")
            {
                Assert.That(Entries(deb), Has.Count.EqualTo(3));
            }
            else
            {
                Assert.Throws<DebianException>(() => Entries(deb), compression);
            }
        }
    }

    [Test]
    public void AWrongChecksumIsRefusedWhicheverFormatHasIt()
    {
        var tar = File("./a", "alpha");
        tar[3] ^= 1;
        Refused(DebOf(tar), "tar header is damaged");
        var gzip = Packed(_data, ".gz");
        gzip[^6] ^= 1;
        Refused(Ar(("debian-binary", _format), ("control.tar", Control), ("data.tar.gz", gzip)), "damaged");
        var xz = Xz(_data);
        xz[100] ^= 1;
        Refused(Ar(("debian-binary", _format), ("control.tar", Control), ("data.tar.xz", xz)), "damaged");
    }

    [Test]
    public void MembersInAnyOtherOrderAreRefused()
    {
        Refused(Ar(("control.tar", Control), ("debian-binary", _format), ("data.tar", _data)), "first member is not debian-binary");
        Refused(Ar(("debian-binary", _format), ("data.tar", _data), ("control.tar", Control)), "control.tar* is expected here");
        Refused(Ar(("debian-binary", _format), ("control.tar", Control), ("other", _data), ("data.tar", _data)), "data.tar* is expected here");
        Refused(Ar(("debian-binary", _format), ("control.tar", Control)), "no member data.tar");
        Refused(Ar(("debian-binary", _format), ("control.tar", Control), ("data.tar", _data), ("data.tar.gz", _data)), "twice");
        Refused(Ar(("debian-binary", "3.0\n"u8.ToArray()), ("control.tar", Control), ("data.tar", _data)), "format is not 2.x");
        Refused(Ar(("debian-binary", _format), ("control.tar", Control), ("data.tar.lz4", _data)), "\".lz4\" is not supported");
        Refused("!<arch>\n"u8.ToArray(), "first member");
        Refused([], "not a Debian package");
    }

    [Test]
    public void MembersWithAnUnderscoreAndMembersAfterTheDataAreIgnored() =>
        Assert.That(
            Entries(Ar(("debian-binary", _format), ("_gpgbuilder", [1]), ("control.tar", Control), ("_x", [1, 2]), ("data.tar", _data), ("later", [3]))),
            Has.Count.EqualTo(3));

    [Test]
    public void NamesInTheFormsOfGnuAndBsdAreUnderstood()
    {
        Assert.That(Entries(Ar(("debian-binary/", _format), ("control.tar/", Control), ("data.tar/", _data))), Has.Count.EqualTo(3));
        Assert.That(Entries(Ar(("debian-binary", _format), ("#1/12", [.. "control.tar\0"u8, .. Control]), ("data.tar", _data))), Has.Count.EqualTo(3));
        Refused(Ar(("debian-binary", _format), ("#1/99999", Control), ("data.tar", _data)), "invalid length");
        Refused(Ar(("debian-binary", _format), ("/12", Control), ("data.tar", _data)), "name that is not allowed");
    }

    [Test]
    public void LongNamesOfGnuAndPaxOverrideTheHeader()
    {
        var name = "./usr/share/" + new string('n', 300);
        var target = new string('t', 300);
        var gnu = Entries(DebOf(
            Member("././@LongLink", 'K', Encoding.UTF8.GetBytes(target + "\0")),
            Member("././@LongLink", 'L', Encoding.UTF8.GetBytes(name + "\0")),
            Link("./cut", "cut")))[0];
        Assert.That((gnu.Path, gnu.LinkTarget), Is.EqualTo((name[1..], target)));
        var pax = Entries(DebOf(DebSafetyTests.Pax("path=" + name, "linkpath=" + target, "mtime=-1.5", "uid=70000", "gid=3"), Link("./cut", "cut"), File("./after", "x")));
        Assert.That(pax[0], Is.EqualTo(new DebEntry(name[1..], DebEntryType.SymbolicLink, 0x1A4, 70000, 3, -2, 0, target)));
        Assert.That(pax[1], Is.EqualTo(new DebEntry("/after", DebEntryType.File, 0x1A4, 0, 0, 1_700_000_000, 1, null)));
        var prefixed = Member("name", '0', magic: "ustar\0" + "00");
        Encoding.ASCII.GetBytes("./some/prefix").CopyTo(prefixed, 345);
        Assert.That(Entries(DebOf(WithChecksum(prefixed)))[0].Path, Is.EqualTo("/some/prefix/name"));
    }

    [TestCase("7")]
    [TestCase("99999 path=x\n")]
    [TestCase("9 path=x\n9 path")]
    [TestCase("8 path=x\n")]
    [TestCase("-9 path=x\n")]
    [TestCase("7 path=\n")]
    [TestCase("8 =path\n")]
    [TestCase("11 size=-1\n")]
    public void DamagedPaxHeadersAreRefused(string text) =>
        Refused(DebOf(Member("./x", 'x', Encoding.UTF8.GetBytes(text)), File("./a", "x")), "pax header");

    [Test]
    public void AnEarlyStopReadsNoFurther()
    {
        var deb = Deb([.. Folder("./"), .. File("./a", "alpha"), .. new byte[512 * 1024].Select(_ => (byte)'x')]);
        using var stream = new MemoryStream(deb);
        using var file = DebFile.Open(stream, "test.deb");
        var seen = 0;
        file.ReadData((entry, _) => ++seen < 2);
        Assert.That(seen, Is.EqualTo(2));
        Assert.That(stream.Position, Is.LessThan(deb.Length / 2));
        Assert.Throws<InvalidOperationException>(() => file.ReadData((_, _) => true));
    }

    [Test]
    public void AVisitorsOwnErrorPassesThroughAndAContentDiesWithItsVisit()
    {
        using var file = DebFile.Open(new MemoryStream(Deb(Tar(File("./a", "alpha"), File("./b", "beta")))), "test.deb");
        Stream? kept = null;
        Assert.Throws<InvalidTimeZoneException>(() => file.ReadData((entry, content) =>
        {
            if (kept is not null)
            {
                Assert.Throws<ObjectDisposedException>(() => kept.ReadByte());
                throw new InvalidTimeZoneException();
            }

            kept = content;
            return true;
        }));
    }

    [Test]
    public void AStreamThatCannotSeekIsReadToo()
    {
        using var pipe = new System.IO.Compression.BrotliStream(new MemoryStream(Brotli(Deb(_data, ".xz"))), System.IO.Compression.CompressionMode.Decompress);
        using var file = DebFile.Open(pipe, "test.deb");
        var seen = 0;
        file.ReadData((_, _) => ++seen > 0);
        Assert.That(seen, Is.EqualTo(3));
    }

    [TestCase("Version: 1\nArchitecture: all\n", "no valid Package field")]
    [TestCase("Package: a/../b\nVersion: 1\nArchitecture: all\n", "not a package name")]
    [TestCase("Package: ..\nVersion: 1\nArchitecture: all\n", "not a package name")]
    [TestCase("Package: ab\nVersion: 1 2\nArchitecture: all\n", "not a version")]
    [TestCase("Package: ab\nVersion: 1\nArchitecture: All\n", "not an architecture")]
    [TestCase("Package: ab\nVersion: 1\nArchitecture: all\npackage: cd\n", "occurs twice")]
    [TestCase("Package: ab\nVersion: 1\nArchitecture: all\n\nPackage: cd\n", "more than one paragraph")]
    [TestCase(" x\nPackage: ab\n", "continuation")]
    [TestCase("Package ab\n", "no field")]
    [TestCase("", "no valid Package field")]
    [TestCase("Package: ab\u00ff\n", "")]
    public void AControlFileThatSaysNonsenseIsRefused(string control, string reason) =>
        Refused(Deb(_data, control: Tar(File("./control", control))), reason, "/control");

    [Test]
    public void APackageWithoutControlFileIsRefused() => Refused(Deb(_data, control: Tar(File("./md5sums", "x"))), "no control file");

    private static byte[] Brotli(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var stream = new System.IO.Compression.BrotliStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(data);
        }

        return packed.ToArray();
    }
}
