using System.IO.Compression;
using System.Text;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Formats.Tar;
using BusyboxGlibc.Formats.Xz;
using BusyboxGlibc.Foundation.Files;
using ZstdSharp;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>Reads tar archives, compressed or not, and Debian packages; detected by content, because names are chosen freely.</summary>
internal static class GivenArchive
{
    private const int MaxDictionary = 256 << 20;
    private const long MostUnpacked = 32L << 30;
    private const long MostAfterEnd = 64 << 20;
    private const int Magic = 257;

    /// <summary>Whether a file is an archive, by its first 512 bytes.</summary>
    public static bool Is(ReadOnlySpan<byte> head) => IsPackage(head) || Compression(head) is not null || IsTar(head);

    /// <summary>Reads an archive.</summary>
    /// <param name="collector">Collects its files.</param>
    /// <param name="file">The archive.</param>
    /// <param name="head">Its first 512 bytes.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="InvalidDataException">It is damaged, or leads out of its folder.</exception>
    /// <exception cref="Debian.DebianException">It is not a usable package.</exception>
    public static GivenInput Read(GivenCollector collector, Stream file, ReadOnlySpan<byte> head, CancellationToken cancellation)
    {
        if (IsPackage(head))
        {
            return ReadPackage(collector, file, cancellation);
        }

        using var content = Decompressed(file);
        try
        {
            return ReadTar(collector, content, cancellation);
        }
        catch (Exception error) when (error is EndOfStreamException or FormatException or ZstdException)
        {
            throw new InvalidDataException(error is EndOfStreamException ? "the archive is cut short" : error.Message, error);
        }
    }

    /// <summary>The content of a file at its start, decompressed if it is compressed.</summary>
    public static Stream Decompressed(Stream file)
    {
        Span<byte> head = stackalloc byte[6];
        var compression = Compression(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
        file.Position = 0;
        return compression switch
        {
            "gz" => new GZipStream(file, CompressionMode.Decompress),
            "xz" => new XzStream(file, MaxDictionary),
            "zst" => new DecompressionStream(file),
            _ => file,
        };
    }

    private static bool IsPackage(ReadOnlySpan<byte> head) => head.StartsWith("!<arch>\ndebian-binary"u8);

    private static bool IsTar(ReadOnlySpan<byte> head) => head.Length >= Magic + 5 && head[Magic..].StartsWith("ustar"u8);

    private static string? Compression(ReadOnlySpan<byte> head) =>
        head.StartsWith(new byte[] { 0x1f, 0x8b }) ? "gz"
        : head.StartsWith(new byte[] { 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0 }) ? "xz"
        : head.StartsWith(new byte[] { 0x28, 0xb5, 0x2f, 0xfd }) ? "zst"
        : null;

    private static GivenInput ReadPackage(GivenCollector collector, Stream file, CancellationToken cancellation)
    {
        using var package = DebFile.Open(file, collector.Name);
        package.ReadData((entry, content) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var path = entry.Path[1..];
            switch (entry.Type)
            {
                case DebEntryType.File:
                    AddFile(collector, path, content!, entry.Size, entry.Mode);
                    break;
                case DebEntryType.SymbolicLink:
                    collector.AddLink(path, entry.LinkTarget!);
                    break;
                case DebEntryType.HardLink:
                    collector.AddHardLink(path, entry.LinkTarget![1..]);
                    break;
                case DebEntryType.Directory when path.Length > 0:
                    collector.AddFolder(path);
                    break;
                default:
                    break;
            }

            return true;
        });
        return collector.Take(isRoot: true);
    }

    private static GivenInput ReadTar(GivenCollector collector, Stream content, CancellationToken cancellation)
    {
        var tar = new TarReader(content, why => new InvalidDataException(why));
        var (count, total) = (0, 0L);
        while (tar.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            total += tar.Size;
            if (++count > GivenCollector.MostEntries || total > MostUnpacked)
            {
                throw new InvalidDataException($"the archive has more than {GivenCollector.MostEntries} members, or more than {MostUnpacked >> 30} GiB");
            }

            var path = Clean(tar.Name);
            if (path.Length == 0)
            {
                continue;
            }

            collector.Note(path);
            switch (tar.Type)
            {
                case '0':
                    AddFile(collector, path, tar.Content, tar.Size, tar.Mode);
                    break;
                case '1':
                    collector.AddHardLink(path, Clean(tar.Link));
                    break;
                case '2':
                    collector.AddLink(path, Encoding.UTF8.GetString(tar.Link));
                    break;
                case '5':
                    collector.AddFolder(path);
                    break;
                default:
                    break;
            }
        }

        if (!tar.IsMarked)
        {
            throw new EndOfStreamException();
        }

        // The checksums of the compression are at the end.
        Drain(content);
        return collector.Take();
    }

    private static void Drain(Stream content)
    {
        var buffer = new byte[1 << 16];
        for (var rest = 0L; content.Read(buffer) is > 0 and var count;)
        {
            rest += count;
            if (rest > MostAfterEnd)
            {
                throw new InvalidDataException("far more follows the end of the archive than tar writes");
            }
        }
    }

    private static void AddFile(GivenCollector collector, string path, Stream content, long size, int mode)
    {
        var head = new byte[Math.Min(size, 4)];
        content.ReadExactly(head);
        if (collector.Wants(head))
        {
            var rest = GivenReader.Take(content, size - head.Length, out var problem);
            collector.AddFile(path, problem is null ? (byte[])[.. head, .. rest.Span] : default, (mode & FilePermissions.Octal111) != 0, problem);
        }
    }

    private static string Clean(ReadOnlySpan<byte> name)
    {
        var parts = Encoding.UTF8.GetString(name).Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToList();
        return !parts.Contains("..") ? string.Join('/', parts)
            : throw new InvalidDataException($"a member leads out of the archive: {Foundation.Text.SafeText.Text(string.Join('/', parts))}");
    }
}
