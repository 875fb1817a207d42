using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using BusyboxGlibc.Debian.Package;
using static BusyboxGlibc.Tests.Debian.Package.DebMaker;

namespace BusyboxGlibc.Tests.Debian.Package;

/// <summary>
/// Package files in the shapes of builders other than Debian's own, against this machine's <c>dpkg-deb -x</c>: what it unpacks is what is read,
/// the same paths, kinds, contents and link targets, and of files the same permissions.
/// </summary>
[Category(Categories.Integration)]
internal sealed class DpkgOracleTests
{
    private static readonly byte[] _format = "2.0\n"u8.ToArray();
    private static readonly string _longName = "./opt/vendor/" + string.Join('/', Enumerable.Repeat("a-folder-with-a-long-name", 8)) + "/libvendor.so.1";
    private static readonly byte[] _library = [.. Enumerable.Range(0, 5000).Select(number => (byte)(number * 7))];

    // As a builder in the comment's name writes them.
    private static IEnumerable<TestCaseData> Shapes()
    {
        static TestCaseData Case(string name, byte[] deb) => new TestCaseData(deb).SetArgDisplayNames(name);
        var plain = Tar(Folder("./"), Folder("./usr/"), Folder("./usr/lib/"), Member("./usr/lib/libx.so.1", '0', _library), Link("./usr/lib/libx.so", "libx.so.1"));
        yield return Case("dpkg-deb", Packed(".xz", plain));
        yield return Case("nfpm, names with neither dot nor slash and no folders", Packed(".gz", Tar(Member("usr/lib/libx.so.1", '0', _library, magic: "ustar\0" + "00"), Link("usr/lib/libx.so", "libx.so.1"))));
        yield return Case("goreleaser, names with a slash", Packed(".gz", Tar(Member("/usr/lib/libx.so.1", '0', _library))));
        yield return Case("cargo-deb, xz and no md5sums", Packed(".xz", plain, Tar(File("./control", ControlText))));
        yield return Case("fpm, ar's own names", Ar(("debian-binary/", _format), ("control.tar.gz/", Pack("gzip", Control)), ("data.tar.gz/", Pack("gzip", plain))));
        yield return Case("CPack, a folder for each component", Packed(".gz", Tar(Folder("./usr"), Folder("./usr/lib"), File("./usr/lib/a", "a"), Folder("./usr"), Folder("./usr/lib"), File("./usr/lib/b", "b"))));
        yield return Case("electron-builder, bzip2", Packed(".bz2", Tar(Folder("./"), Folder("./opt/"), Folder("./opt/An App/"), File("./opt/An App/app", "x", 0x1ED), File("./opt/An App/chrome-sandbox", "x", 0x1ED))));
        yield return Case("CUDA, links of a whole tree", Packed(".xz", Tar(Folder("./usr/"), Folder("./usr/local/"), Folder("./usr/local/cuda-12.4/"), Folder("./usr/local/cuda-12.4/lib/"), File("./usr/local/cuda-12.4/lib/libcudart.so.12.4.99", "x"),
            Link("./usr/local/cuda-12.4/lib/libcudart.so.12", "libcudart.so.12.4.99"), Link("./usr/local/cuda-12.4/lib64", "lib"), Link("./usr/local/cuda", "/usr/local/cuda-12.4"))));
        yield return Case("Bazel's pkg_deb, uncompressed data", Ar(("debian-binary", _format), ("control.tar.gz", Pack("gzip", Control)), ("data.tar", plain)));
        yield return Case("equivs of old, uncompressed control", Ar(("debian-binary", _format), ("control.tar", Control), ("data.tar.gz", Pack("gzip", plain))));
        yield return Case("checkinstall, lzma", Ar(("debian-binary", _format), ("control.tar.gz", Pack("gzip", Control)), ("data.tar.lzma", Pack("lzma", plain))));
        yield return Case("debsigs, a signature after the data", Ar(("debian-binary", _format), ("control.tar.gz", Pack("gzip", Control)), ("data.tar.gz", Pack("gzip", plain)), ("_gpgorigin", "signature"u8.ToArray()), ("_gpgbuilder", "odd"u8.ToArray())));
        yield return Case("dpkg-sig, a signature before the data", Ar(("debian-binary", _format), ("_gpgbuilder", "odd"u8.ToArray()), ("control.tar.gz", Pack("gzip", Control)), ("_x", "x"u8.ToArray()), ("data.tar.gz", Pack("gzip", plain))));
        yield return Case("a later minor format, with more lines", Ar(("debian-binary", "2.1\nmore\n"u8.ToArray()), ("control.tar.gz", Pack("gzip", Control)), ("data.tar.gz", Pack("gzip", plain))));
        yield return Case("GNU long names", Packed(".gz", Tar(GnuLong('L', _longName), Member(_longName[..99], '0', _library), GnuLong('L', "./opt/link"), GnuLong('K', _longName[1..]), Link("./opt/link", _longName[1..100]))));
        yield return Case("GNU long names without folders", Packed(".xz", Tar(GnuLong('L', _longName), Member(_longName[..99], '0', _library))));
        yield return Case("ustar's prefix", Packed(".gz", Tar(Prefixed("./opt/vendor/lib", "libx.so.1", _library))));
        yield return Case("pax names", Packed(".gz", Tar(Pax(("path", _longName), ("mtime", "1700000000.25")), Member("short", '0', _library, magic: "ustar\0" + "00"))));
        yield return Case("a hard link", Packed(".gz", Tar(File("./usr/bin/a", "x", 0x1ED), Link("./usr/bin/b", "./usr/bin/a", '1'), Link("./usr/bin/c", "usr/bin/a", '1'))));
        yield return Case("a size in base 256", Packed(".gz", Tar(Member("./a", '0', _library, sizeField: Base256(_library.Length)))));
        yield return Case("a name with blanks and another language", Packed(".gz", Tar(Member(Encoding.Latin1.GetString("./opt/Ünïcode name"u8), (char)48, "x"u8.ToArray()))));
        yield return Case("old tar's folders", Packed(".gz", Tar(Member("opt/", '\0', magic: string.Empty), Member("opt/a", '\0', "x"u8.ToArray(), magic: string.Empty))));
        yield return Case("one block of zeros at the end", Packed(".gz", [.. plain[..^512]]));
        yield return Case("more blocks of zeros", Packed(".gz", [.. plain, .. new byte[10240]]));
        yield return Case("no zeros at the end", Packed(".gz", plain[..^1024]));
        yield return Case("gzip of several members, as pigz -i and cat make it", Parts("gzip", ".gz"));
        yield return Case("gzip with padding behind", Ar(("debian-binary", _format), ("control.tar.gz", Pack("gzip", Control)), ("data.tar.gz", [.. Pack("gzip", plain), .. new byte[512]])));
        yield return Case("gzip with something else behind", Ar(("debian-binary", _format), ("control.tar.gz", Pack("gzip", Control)), ("data.tar.gz", [.. Pack("gzip", plain), .. "something"u8])));
        yield return Case("gzip with empty members around", Ar(("debian-binary", _format), ("control.tar.gz", Pack("gzip", Control)), ("data.tar.gz", [.. Pack("gzip", []), .. Pack("gzip", plain), .. Pack("gzip", [])])));
        yield return Case("xz of several blocks, as its threads make it", Ar(("debian-binary", _format), ("control.tar.gz", Pack("gzip", Control)), ("data.tar.xz", Pack("xz --block-size=1024", plain))));
        yield return Case("xz with padding behind", Ar(("debian-binary", _format), ("control.tar.gz", Pack("gzip", Control)), ("data.tar.xz", [.. Pack("xz", plain), .. new byte[512]])));
        yield return Case("a second tar behind the first", Packed(".gz", [.. plain, .. Tar(File("./usr/lib/never", "x"))]));
        yield return Case("a file twice", Packed(".gz", Tar(Folder("./usr/"), File("./usr/a", "first"), File("./usr/a", "the second", 0x1ED))));
        yield return Case("a file twice in other spellings", Packed(".gz", Tar(File("./usr/a", "first"), File("usr//a", "second"), File("/usr/./a", "third"))));
        yield return Case("a link twice", Packed(".gz", Tar(Link("./usr/a", "b"), Link("./usr/a", "c"))));
        yield return Case("a link in place of a file", Packed(".gz", Tar(File("./usr/b", "b"), File("./usr/a", "a"), Link("./usr/a", "b"))));
        yield return Case("a file in place of a link", Packed(".gz", Tar(File("./usr/b", "b"), Link("./usr/a", "b"), File("./usr/a", "a"))));
        yield return Case("a file in place of a hard link", Packed(".gz", Tar(File("./usr/a", "a"), Link("./usr/h", "./usr/a", '1'), File("./usr/h", "h"))));
        yield return Case("a hard link twice", Packed(".gz", Tar(File("./usr/a", "a"), Link("./usr/h", "./usr/a", '1'), Link("./usr/h", "./usr/a", '1'))));
        yield return Case("a configuration file in place of an empty folder", Packed(".gz", Tar(Folder("./etc/"), Folder("./etc/own/"), File("./etc/own", "a"))));
        yield return Case("a folder in place of a link", Packed(".gz", Tar(Folder("./usr/b/"), Link("./usr/a", "b"), Folder("./usr/a/"), File("./usr/a/x", "x"))));
        yield return Case("xz without a check", Ar(("debian-binary", _format), ("control.tar.gz", Pack("gzip", Control)), ("data.tar.xz", Pack("xz --check=none", plain))));
    }

    [TestCaseSource(nameof(Shapes))]
    public void WhatDpkgUnpacksIsRead(byte[] deb)
    {
        Requires.Tool("dpkg-deb");
        var folder = Directory.CreateTempSubdirectory("dpkg-").FullName;
        try
        {
            var path = Path.Combine(folder, "own.deb");
            System.IO.File.WriteAllBytes(path, deb);
            var run = Process.Start(new ProcessStartInfo("dpkg-deb", ["-x", path, Path.Combine(folder, "tree")]) { RedirectStandardError = true })!;
            var said = run.StandardError.ReadToEnd();
            run.WaitForExit();
            Assert.That(run.ExitCode, Is.Zero, $"dpkg-deb does not take it either: {said}");
            Assert.That(Read(deb), Is.EqualTo(Unpacked(Path.Combine(folder, "tree"))));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The last of a name, and folders that only names imply.
    private static SortedDictionary<string, string> Read(byte[] deb)
    {
        var seen = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var contents = new Dictionary<string, string>();
        using var file = DebFile.Open(new MemoryStream(deb), "own.deb");
        file.ReadData((entry, content) =>
        {
            for (var at = entry.Path.IndexOf('/', 1); at > 0; at = entry.Path.IndexOf('/', at + 1))
            {
                seen.TryAdd(entry.Path[..at], "folder");
            }

            seen[entry.Path] = entry.Type switch
            {
                DebEntryType.Directory => "folder",
                DebEntryType.SymbolicLink => $"link {entry.LinkTarget}",
                DebEntryType.HardLink => seen[entry.LinkTarget!],
                _ => $"file {Convert.ToString(entry.Mode & 0x1FF, 8)} {Digest(content!)}",
            };
            return true;
        });
        seen.Remove("/");
        return seen;
    }

    private static SortedDictionary<string, string> Unpacked(string root)
    {
        var seen = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in Below(new DirectoryInfo(root)))
        {
            if (entry is FileInfo { LinkTarget: null } file)
            {
                using var content = file.OpenRead();
                seen[entry.FullName[root.Length..]] = $"file {Convert.ToString((int)file.UnixFileMode & 0x1FF, 8)} {Digest(content)}";
            }
            else
            {
                seen[entry.FullName[root.Length..]] = entry.LinkTarget is { } target ? $"link {target}" : "folder";
            }
        }

        return seen;
    }

    private static IEnumerable<FileSystemInfo> Below(DirectoryInfo folder) => folder.EnumerateFileSystemInfos().SelectMany(
        entry => entry is DirectoryInfo { LinkTarget: null } real ? Below(real).Prepend(entry) : [entry]);

    private static string Digest(Stream content)
    {
        using var whole = new MemoryStream();
        content.CopyTo(whole);
        return $"{whole.Length} {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(whole.ToArray()))}";
    }

    private static byte[] Packed(string ending, byte[] data, byte[]? control = null) =>
        Ar(("debian-binary", _format), ("control.tar.gz", Pack("gzip", control ?? Control)), ($"data.tar{ending}", Pack(ending switch { ".gz" => "gzip", ".bz2" => "bzip2", _ => "xz" }, data)));

    // Cut in the middle of a member.
    private static byte[] Parts(string command, string ending)
    {
        var tar = Tar(Member("./usr/lib/libx.so.1", '0', _library), File("./usr/lib/liby.so.1", "y"));
        return Ar(("debian-binary", _format), ($"control.tar{ending}", Pack(command, Control)), ($"data.tar{ending}", [.. Pack(command, tar[..1700]), .. Pack(command, tar[1700..])]));
    }

    private static byte[] Pack(string command, byte[] data)
    {
        var words = command.Split(' ');
        Requires.Tool(words[0]);
        using var process = Process.Start(new ProcessStartInfo(words[0], [.. words[1..], "-c"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var writing = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(data);
            process.StandardInput.Close();
        });
        using var packed = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(packed);
        writing.Wait();
        process.WaitForExit();
        return packed.ToArray();
    }

    private static byte[] GnuLong(char type, string name) => Member("././@LongLink", type, [.. Encoding.UTF8.GetBytes(name), 0]);

    private static byte[] Pax(params (string Key, string Value)[] records) => Member("PaxHeaders/x", 'x', Encoding.UTF8.GetBytes(string.Concat(records.Select(record =>
    {
        var rest = $" {record.Key}={record.Value}\n";
        var length = rest.Length + 2;
        return $"{(length + (length > 99 ? 1 : 0)).ToString(System.Globalization.CultureInfo.InvariantCulture)}{rest}";
    }))), magic: "ustar\0" + "00");

    private static byte[] Prefixed(string prefix, string name, byte[] content)
    {
        var member = Member(name, '0', content, magic: "ustar\0" + "00");
        Encoding.ASCII.GetBytes(prefix).CopyTo(member, 345);
        return WithChecksum(member);
    }

    private static string Base256(long size)
    {
        var field = new byte[12];
        field[0] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(field.AsSpan(4), size);
        return Encoding.Latin1.GetString(field);
    }
}
