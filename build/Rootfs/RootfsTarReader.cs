using System.Globalization;
using System.Text;

namespace BusyboxGlibc.Rootfs;

/// <summary>Reads one tar archive into a tree; <see cref="RootfsTar.Read"/> says what is taken.</summary>
/// <param name="tar">The archive.</param>
/// <param name="name">Its name, for errors.</param>
/// <param name="mostContent">How many bytes its files may hold together.</param>
/// <param name="large">Takes large contents; null to hold all in memory.</param>
internal sealed class RootfsTarReader(Stream tar, string name, long mostContent = RootfsTarReader.MostContent, ITarContents? large = null)
{
    /// <summary>As much as a layer may hold (LayoutLimits): an image with a browser's engine and two compilers has less than half of it.</summary>
    internal const long MostContent = 2L << 30;

    private const int MaxEntries = 200_000;
    private const long MaxPathCharacters = 32L * 1024 * 1024;
    private const int MaxHeaderBytes = 64 * 1024;

    // A member has at most two long names and one pax header before it, and an archive a few comments.
    private const int MaxHeadersBeforeMember = 8;

    private readonly byte[] block = new byte[UstarHeader.Size512];
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly RootfsTree tree = new();
    private readonly Dictionary<string, string> pending = new(StringComparer.Ordinal);
    private long contentBytes;
    private long pathCharacters;
    private int headers;

    internal RootfsTree Read()
    {
        try
        {
            while (true)
            {
                ReadBlock();
                if (block.AsSpan().IndexOfAnyExcept((byte)0) < 0)
                {
                    break;
                }

                var header = UstarHeader.Read(block);
                if (header.Type is 'x' or 'g' or 'L' or 'K' && ++headers > MaxHeadersBeforeMember)
                {
                    throw new FormatException($"more than {MaxHeadersBeforeMember} extended headers stand before one member");
                }

                switch (header.Type)
                {
                    case 'x':
                        TakePax(ReadHeader(header.Size), allowed: null);
                        break;
                    case 'g':
                        TakePax(ReadHeader(header.Size), allowed: "comment");
                        break;
                    case 'L':
                        Set("path", LongName(header.Size));
                        break;
                    case 'K':
                        Set("linkpath", LongName(header.Size));
                        break;
                    default:
                        AddMember(header);
                        break;
                }
            }

            ReadEnd();
            return tree;
        }
        catch (FormatException fault)
        {
            throw Damaged(fault.Message, fault);
        }
        catch (EndOfStreamException fault)
        {
            throw Damaged("it ends in mid-archive", fault);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            throw Damaged(fault.Message, fault);
        }
    }

    /// <summary>Reads so many bytes. The array grows as they arrive: the size is only a claim until they have.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    internal static byte[] ReadGrowing(Stream stream, long size)
    {
        var content = new byte[Math.Min(size, 1 << 20)];
        for (var filled = 0; filled < size; filled = content.Length)
        {
            if (filled == content.Length)
            {
                Array.Resize(ref content, (int)Math.Min(size, content.Length * 2L));
            }

            stream.ReadExactly(content.AsSpan(filled));
        }

        return content;
    }

    private RootfsException Damaged(string why, Exception? inner = null) => new($"{name} is not a usable tar archive", why: why, inner: inner);

    private void AddMember(UstarHeader header)
    {
        var type = header.Type switch
        {
            '0' => RootfsEntryType.File,
            '1' => RootfsEntryType.HardLink,
            '2' => RootfsEntryType.SymbolicLink,
            '5' => RootfsEntryType.Directory,
            _ => throw new FormatException($"a member is of type '{(char.IsAsciiLetterOrDigit(header.Type) ? header.Type : '?')}': an image has files, folders and links only"),
        };
        var size = Number("size", header.Size);
        if (type != RootfsEntryType.File && size != 0)
        {
            throw new FormatException("a folder or link has content");
        }

        var path = Clean(Take("path") ?? header.Name, type == RootfsEntryType.Directory);
        var link = Take("linkpath") ?? header.LinkName;
        var user = Number("uid", header.UserId);
        var group = Number("gid", header.GroupId);
        var time = Number("mtime", header.ModificationTime);
        pending.Clear();
        headers = 0;
        if (user > int.MaxValue || group > int.MaxValue)
        {
            throw new FormatException("an owner is larger than 31 bits");
        }

        if (size > Math.Min(mostContent - contentBytes, Array.MaxLength))
        {
            throw new FormatException($"its files hold more than {mostContent >> 20} MiB together, the most that an image may have");
        }

        ReadOnlyMemory<byte> content;
        if (large is not null && size >= ITarContents.Large)
        {
            content = large.Take(tar, (int)size);
            ReadPadding(size);
        }
        else
        {
            content = ReadContent(size);
        }

        contentBytes += content.Length;
        if (path.Length == 0)
        {
            return;
        }

        if (!seen.Add(path) || tree.Count > MaxEntries)
        {
            throw new FormatException(tree.Count > MaxEntries ? $"it has more than {MaxEntries} entries" : $"{RootfsPath.Show(path)} is in it twice");
        }

        link = type == RootfsEntryType.HardLink ? Clean(link, folder: false) : link;
        var before = tree.Count;
        tree.Add(new RootfsEntry(
            path, type, header.Mode, (int)user, (int)group, time,
            type is RootfsEntryType.HardLink or RootfsEntryType.SymbolicLink ? link : null, content, name));

        // One deep path brings many folders along, each with a path of its own.
        pathCharacters += ((tree.Count - before) * (long)path.Length) + link.Length;
        if (pathCharacters > MaxPathCharacters)
        {
            throw new FormatException("its paths are longer together than those of any image");
        }
    }

    // "./" as tar makes it of "tar -C folder ." is the root, and the start of everything below it.
    private static string Clean(string path, bool folder)
    {
        if (path is "." or "./" && folder)
        {
            return string.Empty;
        }

        var clean = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        clean = folder && clean.EndsWith('/') ? clean[..^1] : clean;
        return clean.Length == 0 ? throw new FormatException("a member has no name") : clean;
    }

    private string? Take(string key) => pending.GetValueOrDefault(key);

    private void Set(string key, string value)
    {
        if (!pending.TryAdd(key, value))
        {
            throw new FormatException($"a member has two values of {key}");
        }
    }

    private long Number(string key, long field)
    {
        if (!pending.TryGetValue(key, out var text))
        {
            return field;
        }

        var whole = key == "mtime" && text.Contains('.', StringComparison.Ordinal) ? text[..text.IndexOf('.', StringComparison.Ordinal)] : text;
        return long.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >> 48 == 0
            ? value
            : throw new FormatException($"a pax header has a {key} that is no number an image can have");
    }

    private string LongName(long size)
    {
        var text = ReadHeader(size).AsSpan();
        var end = text.IndexOf((byte)0);
        return UstarHeader.Decode(end < 0 ? text : text[..end]);
    }

    private void TakePax(byte[] records, string? allowed)
    {
        var rest = records.AsSpan();
        while (!rest.IsEmpty)
        {
            var blank = rest.IndexOf((byte)' ');
            if (blank is < 1 or > 6
                || !int.TryParse(Encoding.ASCII.GetString(rest[..blank]), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= blank + 1 || length > rest.Length || rest[length - 1] != (byte)'\n')
            {
                throw new FormatException("a pax header is malformed");
            }

            var record = UstarHeader.Decode(rest[(blank + 1)..(length - 1)]);
            var equals = record.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new FormatException("a pax header is malformed");
            }

            Keep(record[..equals], record[(equals + 1)..], allowed);
            rest = rest[length..];
        }
    }

    private void Keep(string key, string value, string? allowed)
    {
        if (allowed is not null)
        {
            if (key != allowed)
            {
                throw new FormatException("a pax header changes every member after it");
            }

            return;
        }

        if (key.StartsWith("GNU.sparse", StringComparison.Ordinal) || key.StartsWith("SCHILY.xattr", StringComparison.Ordinal) || key == "hdrcharset")
        {
            throw new FormatException("a member is sparse, has extended attributes or a character set of its own");
        }

        if (key is "path" or "linkpath" or "size" or "uid" or "gid" or "mtime")
        {
            Set(key, value);
        }
    }

    private void ReadBlock() => tar.ReadExactly(block);

    private byte[] ReadHeader(long size) =>
        size <= MaxHeaderBytes ? ReadContent(size) : throw new FormatException($"an extended header is longer than {MaxHeaderBytes >> 10} KiB");

    private byte[] ReadContent(long size)
    {
        if (size == 0)
        {
            return [];
        }

        var content = ReadGrowing(tar, size);
        ReadPadding(size);
        return content;
    }

    private void ReadPadding(long size) => tar.ReadExactly(block.AsSpan(0, (int)(-size & (UstarHeader.Size512 - 1))));

    // After the first block of zeros comes a second one, and nothing else that could be taken for a member.
    private void ReadEnd()
    {
        if (pending.Count > 0)
        {
            throw new FormatException("a pax header belongs to no member");
        }

        ReadBlock();
        var zeros = 0;
        var count = block.Length;
        while (count > 0)
        {
            zeros += count;
            if (block.AsSpan(0, count).IndexOfAnyExcept((byte)0) >= 0 || zeros > 16 * 1024 * 1024)
            {
                throw new FormatException("something follows its end");
            }

            count = tar.Read(block);
        }
    }
}
