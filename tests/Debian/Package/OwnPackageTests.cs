using System.Diagnostics;
using System.Text;
using BusyboxGlibc.Debian.Package;
using ICSharpCode.SharpZipLib.BZip2;
using static BusyboxGlibc.Tests.Debian.Package.DebMaker;
using static BusyboxGlibc.Tests.Debian.Package.DebReading;

namespace BusyboxGlibc.Tests.Debian.Package;

/// <summary>Package files as other builders than Debian's write them: whatever <c>dpkg -i</c> takes and an image needs is read.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class OwnPackageTests
{
    [TestCase("usr/bin/x")]
    [TestCase("./usr/bin/x")]
    [TestCase("/usr/bin/x")]
    [TestCase("//usr//bin/x")]
    [TestCase("./usr/./bin/x")]
    [TestCase(".//usr/bin/x")]
    public void ANameIsReadAsDpkgReadsIt(string name) =>
        Assert.That(Entries(DebOf(File(name, "x"))).Single().Path, Is.EqualTo("/usr/bin/x"));

    // CPack and rules_pkg list a folder once for each component; jdeb lists parents that it listed before.
    [Test]
    public void AFolderMayBeListedAsOftenAsAnybodyLikes() => Assert.That(
        Entries(DebOf(Folder("./"), Folder("./usr/"), File("./usr/a", "x"), Folder("usr"), Folder("/usr/"), File("./usr/b", "x"), Folder("./"))).Where(entry => entry.Type == DebEntryType.File).Select(entry => entry.Path),
        Is.EqualTo(new[] { "/usr/a", "/usr/b" }));

    [TestCase('3')]
    [TestCase('4')]
    [TestCase('6')]
    public void DevicesArePassedOver(char type) =>
        Assert.That(Entries(DebOf(Member("./dev/null", type), File("./a", "x"))).Select(entry => entry.Path), Is.EqualTo(new[] { "/a" }));

    [Test]
    public void ATarFromBeforeUstarIsRead()
    {
        var entries = Entries(DebOf(Member("usr/", '\0', magic: string.Empty), Member("usr/a", '\0', "alpha"u8.ToArray(), magic: string.Empty), Member("usr/l", '2', link: "a", magic: string.Empty)));
        Assert.That(entries.Select(entry => (entry.Path, entry.Type)), Is.EqualTo(new[]
        {
            ("/usr", DebEntryType.Directory), ("/usr/a", DebEntryType.File), ("/usr/l", DebEntryType.SymbolicLink),
        }));
    }

    [TestCase("ustar\0" + "00")]
    [TestCase("ustar  \0")]
    public void UstarAndGnuAreRead(string magic) => Assert.That(Entries(DebOf(Member("./a", '0', "x"u8.ToArray(), magic: magic))).Single().Path, Is.EqualTo("/a"));

    [Test]
    public void ACommentBeforeAllMembersIsPassedOver() =>
        Assert.That(Entries(DebOf(Member("pax_global_header", 'g', "13 comment=a\n"u8.ToArray()), File("./a", "x"))).Single().Path, Is.EqualTo("/a"));

    // fpm calls ar(1), whose names end in a slash, and tar on a folder; debsigs adds a member; the data of old packages is in bzip2.
    [TestCase("debian-binary", "control.tar.gz", "data.tar.gz")]
    [TestCase("debian-binary/", "control.tar.gz/", "data.tar.gz/")]
    [TestCase("debian-binary", "control.tar.gz", "data.tar.bz2")]
    [TestCase("debian-binary", "control.tar", "data.tar.xz")]
    [TestCase("debian-binary", "control.tar.zst", "data.tar")]
    public void EveryMixOfCompressionsIsRead(string format, string control, string data)
    {
        var tar = Tar(Folder("./"), File("./opt/vendor/lib/libx.so.1", "x"));
        var deb = Ar((format, "2.0\n"u8.ToArray()), (control, Pack(control, Control)), (data, Pack(data, tar)), ("_gpgorigin", "signature"u8.ToArray()));
        Assert.That(Entries(deb).Select(entry => entry.Path), Is.EqualTo(new[] { "/", "/opt/vendor/lib/libx.so.1" }));
    }

    [TestCase("pACKAGE: own\nVERSION: 1:2-3\narchitecture: amd64\nInstalled-size: 1\n")]
    [TestCase("Package: own\nVersion: 20240101.123456+gitabc~rc1\nArchitecture: all\nMaintainer: \nHomepage:https://x\n\n\n")]
    [TestCase("Package: own\r\nVersion: 1\r\nArchitecture: amd64\r\n")]
    public void AControlFileIsReadAsPeopleWriteIt(string text)
    {
        using var deb = DebFile.Open(new MemoryStream(Deb(Tar(File("./a", "x")), control: Tar(File("control", text)))), "own.deb");
        Assert.That(deb.Control.Package, Is.EqualTo("own"));
        Assert.That(deb.Control.Md5Sums.IsEmpty);
    }

    [TestCase("-Zxz")]
    [TestCase("-Zgzip -z1")]
    [TestCase("-Znone")]
    [TestCase("-Zzstd -z22")]
    [Category(Categories.Integration)]
    public void WhatDpkgDebMakesOfMuchDataIsRead(string options)
    {
        Requires.Tool("dpkg-deb");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("p/DEBIAN"));
        System.IO.File.WriteAllText(folder.File("p/DEBIAN/control"), "Package: own\nVersion: 1\nArchitecture: amd64\nMaintainer: x <x@x>\nDescription: x\n");

        const int size = 3 << 20;
        var data = new byte[size];
        new Random(3).NextBytes(data);
        Directory.CreateDirectory(folder.File("p/opt"));
        System.IO.File.WriteAllBytes(folder.File("p/opt/big"), data);
        using var dpkg = Process.Start(new ProcessStartInfo("dpkg-deb", [.. options.Split(' '), "--root-owner-group", "-b", folder.File("p"), folder.File("own.deb")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = dpkg.StandardError.ReadToEnd();
        dpkg.WaitForExit();
        Requires.That(dpkg.ExitCode == 0 || !said.Contains("unknown compression", StringComparison.Ordinal), "a dpkg-deb that knows zstd");
        Assert.That(dpkg.ExitCode, Is.Zero, said);
        Assert.That(Drain(System.IO.File.ReadAllBytes(folder.File("own.deb"))), Is.EqualTo(size));
    }

    // The window of the highest level, filled, without the minutes that the level takes.
    [Test]
    [Category(Categories.Integration)]
    public void AWindowOf128MiBIsRead()
    {
        Requires.Tool("zstd");
        using var folder = new TemporaryFolder();
        const int size = 140 << 20;
        var data = new byte[size];
        new Random(3).NextBytes(data);

        // What follows the window's length is found in it again only by who keeps all of it.
        data.AsSpan(0, 10 << 20).CopyTo(data.AsSpan((127 << 20) - 7));
        System.IO.File.WriteAllBytes(folder.File("data.tar"), Tar(Member("./opt/big", '0', data)));
        using var zstd = Process.Start(new ProcessStartInfo("zstd", ["-q", "-1", "--long=27", folder.File("data.tar"), "-o", folder.File("data.tar.zst")]))!;
        zstd.WaitForExit();
        Assert.That(zstd.ExitCode, Is.Zero);
        var packed = System.IO.File.ReadAllBytes(folder.File("data.tar.zst"));
        Assert.That(packed.Length, Is.LessThan(size - (9 << 20)), "the repeated part is packed");
        Assert.That(Drain(Ar(("debian-binary", "2.0\n"u8.ToArray()), ("control.tar", Control), ("data.tar.zst", packed))), Is.EqualTo(size));
    }

    [Test]
    public void AMemberOf300MiBIsRead()
    {
        using var deb = DebFile.Open(new Huge(300L << 20), "huge.deb");
        long seen = 0;
        deb.ReadData((entry, content) =>
        {
            var buffer = new byte[1 << 16];
            for (int count; (count = content!.Read(buffer)) > 0;)
            {
                seen += count;
            }

            return true;
        });
        Assert.That(seen, Is.EqualTo(300L << 20));
    }

    [Test]
    [Category(Categories.Integration)]
    public void WhatCPackMakesIsRead()
    {
        Requires.Tool("cpack");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("in/lib"));
        System.IO.File.WriteAllText(folder.File("in/lib/libvendor.so.1"), "x");
        System.IO.File.WriteAllText(folder.File("CPackConfig.cmake"), $"""
            set(CPACK_GENERATOR DEB)
            set(CPACK_PACKAGE_NAME vendor)
            set(CPACK_PACKAGE_VERSION 1.2.3)
            set(CPACK_PACKAGE_CONTACT "x <x@x>")
            set(CPACK_PACKAGE_DESCRIPTION_FILE "{folder.File("CPackConfig.cmake")}")
            set(CPACK_PACKAGE_DESCRIPTION_SUMMARY x)
            set(CPACK_PACKAGE_FILE_NAME vendor)
            set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE amd64)
            set(CPACK_INSTALLED_DIRECTORIES "{folder.File("in")};.")
            set(CPACK_TOPLEVEL_TAG none)
            set(CPACK_CMAKE_GENERATOR "Unix Makefiles")
            """);
        using var cpack = Process.Start(new ProcessStartInfo("cpack", ["--config", folder.File("CPackConfig.cmake")]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = cpack.StandardOutput.ReadToEnd() + cpack.StandardError.ReadToEnd();
        cpack.WaitForExit();
        Assert.That(cpack.ExitCode, Is.Zero, said);
        Assert.That(Entries(System.IO.File.ReadAllBytes(folder.File("vendor.deb"))).Select(entry => entry.Path), Has.Some.EndsWith("/lib/libvendor.so.1"));
    }

    private static byte[] Pack(string name, byte[] content)
    {
        name = name.TrimEnd('/');
        if (!name.EndsWith(".bz2", StringComparison.Ordinal))
        {
            return Packed(content, name[(name.IndexOf(".tar", StringComparison.Ordinal) + 4)..]);
        }

        using var packed = new MemoryStream();
        BZip2.Compress(new MemoryStream(content), packed, isStreamOwner: false, 1);
        return packed.ToArray();
    }

    // A package with one member of zeros, made as it is read.
    private sealed class Huge : Stream
    {
        private readonly byte[] _head;
        private readonly long _total;
        private long _at;

        public Huge(long size)
        {
            var header = Member("./opt/huge", '0', size: size);
            var tar = header.Length + size + 1024;
            var start = Ar(("debian-binary", "2.0\n"u8.ToArray()), ("control.tar", Control));
            _head = [.. start, .. Encoding.ASCII.GetBytes($"{"data.tar",-16}{0,-12}{0,-6}{0,-6}{100644,-8}{tar,-10}`\n"), .. header];
            _total = _head.Length + size + 1024;
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => _total;

        public override long Position
        {
            get => _at;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            count = (int)Math.Min(count, _total - _at);
            for (var index = 0; index < count; index++, _at++)
            {
                buffer[offset + index] = _at < _head.Length ? _head[_at] : (byte)0;
            }

            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
