using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Builds a small but real package file, deb(5), and its index entry.</summary>
internal sealed class FakePackage(string name, string version, Platform platform)
{
    private readonly List<(string Path, byte[]? Content, string? Target, TarEntryType Type)> _members = [];

    public string Name => name;

    public string Version => version;

    public Platform Platform => platform;

    public string Section { get; set; } = "libs";

    public string Depends { get; set; } = string.Empty;

    public string? Source { get; set; }

    public string? SourceVersion { get; set; }

    public string? Provides { get; set; }

    public bool IsForAll { get; set; }

    /// <summary>Its symbols file.</summary>
    public string? Symbols { get; set; }

    /// <summary>Its postinst.</summary>
    public string? Script { get; set; }

    public string Architecture => IsForAll ? "all" : platform.DebianArchitecture;

    public long Time { get; set; } = 1_700_000_000;

    /// <summary>The paths that Contents has of it, if it is of an older version.</summary>
    public IReadOnlyList<string>? Listed { get; set; }

    public IEnumerable<string> Paths => Listed ?? _members.Select(member => member.Path);

    public string LibFolder => $"/usr/lib/{platform.Triplet}";

    public FakePackage File(string path, byte[] content) => Add(path, content, null, TarEntryType.RegularFile);

    public FakePackage File(string path, string content = "text") => File(path, Encoding.UTF8.GetBytes(content));

    public FakePackage Link(string path, string target) => Add(path, null, target, TarEntryType.SymbolicLink);

    public FakePackage HardLink(string path, string target) => Add(path, null, "." + target, TarEntryType.HardLink);

    /// <summary>A shared library, its soname link, and a copyright file.</summary>
    public FakePackage Library(string soname, params string[] needed)
    {
        File($"{LibFolder}/{soname}.0.1", TinyElf.Library(platform, soname, needed));
        return Link($"{LibFolder}/{soname}", $"{soname}.0.1");
    }

    /// <summary>A library in a folder of its own, which update-alternatives links into the loader's.</summary>
    public FakePackage Alternative(string soname, string folder, int priority, params string[] needed)
    {
        Script += $"update-alternatives --install {LibFolder}/{soname} \\\n  {soname}-{platform.Triplet} {LibFolder}/{folder}/{soname} {priority}\n";
        return File($"{LibFolder}/{folder}/{soname}", TinyElf.Library(platform, soname, needed));
    }

    public FakePackage Copyright(string text = "free") => File($"/usr/share/doc/{name}/copyright", text);

    public byte[] Deb()
    {
        using var deb = new MemoryStream();
        deb.Write("!<arch>\n"u8);
        Member(deb, "debian-binary", "2.0\n"u8.ToArray());
        var depends = Depends.Length == 0 ? string.Empty : $"Depends: {Depends}\n";
        Member(deb, "control.tar.gz", Tar(tar =>
        {
            Put(tar, "./control", $"Package: {name}\nVersion: {version}\nArchitecture: {Architecture}\n{depends}Description: test\n");
            if (Symbols is not null)
            {
                Put(tar, "./symbols", Symbols);
            }

            if (Script is not null)
            {
                Put(tar, "./postinst", Script);
            }
        }));
        Member(deb, "data.tar.gz", Tar(tar =>
        {
            foreach (var (path, content, target, type) in _members)
            {
                var entry = new GnuTarEntry(type, "." + path) { ModificationTime = DateTimeOffset.FromUnixTimeSeconds(Time), Mode = UnixFileMode.UserRead };
                if (content is not null)
                {
                    entry.DataStream = new MemoryStream(content);
                }
                else
                {
                    entry.LinkName = target!;
                }

                tar.WriteEntry(entry);
            }
        }));
        return deb.ToArray();
    }

    public IndexedPackage Indexed(byte[] deb) => new(
        new PinnedPackage(
            name, version, Architecture, Source ?? name, SourceVersion ?? version, "debian",
            $"pool/main/{name}_{version.Replace(':', '_')}_{Architecture}.deb", deb.Length, Convert.ToHexStringLower(SHA256.HashData(deb))),
        Section,
        [.. Depends.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(group => (IReadOnlyList<Dependency>)[.. group.Split('|', StringSplitOptions.TrimEntries).Select(Relation)])]);

    private static Dependency Relation(string text)
    {
        var parts = text.Split(' ', '(', ')').Where(part => part.Length > 0).ToArray();
        return parts.Length == 3 ? new Dependency(parts[0], parts[1], parts[2]) : new Dependency(parts[0], null, null);
    }

    private FakePackage Add(string path, byte[]? content, string? target, TarEntryType type)
    {
        _members.Add((path, content, target, type));
        return this;
    }

    private static void Put(TarWriter tar, string path, string text) =>
        tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });

    private static byte[] Tar(Action<TarWriter> fill)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Gnu))
        {
            fill(tar);
        }

        return bytes.ToArray();
    }

    private static void Member(MemoryStream deb, string file, byte[] content)
    {
        deb.Write(Encoding.ASCII.GetBytes($"{file,-16}{0,-12}{0,-6}{0,-6}{100644,-8}{content.Length,-10}`\n"));
        deb.Write(content);
        if (content.Length % 2 == 1)
        {
            deb.WriteByte((byte)'\n');
        }
    }
}
