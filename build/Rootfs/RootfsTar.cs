using System.Text;
using BusyboxGlibc.Formats.Tar;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// A tree as a tar archive: POSIX ustar, with a pax header (pax(1p)) only if a name or number does not fit. The same tree gives the same bytes on
/// every machine. .NET's own writer is not used, because it writes the process id into pax header names.
/// </summary>
internal static class RootfsTar
{
    /// <summary>Archives are padded to a multiple of this size, the 20 blocks of 512 bytes that tar programs read at once.</summary>
    public const int RecordSize = 20 * TarHeader.Size;

    private const string PaxName = "PaxHeader";

    /// <summary>
    /// Writes the tree: members in the tree's order, folders with a trailing slash, owners as numbers with empty names, each time the earlier of its
    /// own and <paramref name="epoch"/>, no other times and no extended attributes. If a file has several names, the first in order is the file, and
    /// the others are hard links to it.
    /// </summary>
    /// <param name="tree">The tree.</param>
    /// <param name="output">The stream to write to; it is not closed.</param>
    /// <param name="epoch">Seconds since 1970-01-01 UTC: the time of entries without one, and the latest time written.</param>
    public static void Write(RootfsTree tree, Stream output, long epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        var firstNames = new Dictionary<string, string>(StringComparer.Ordinal);
        var written = 0L;
        foreach (var entry in tree.Entries)
        {
            var body = entry;
            var first = entry.Path;
            if (entry.Type is RootfsEntryType.File or RootfsEntryType.HardLink)
            {
                var file = entry.LinkTarget ?? entry.Path;
                body = tree.TryGet(file, out var target) ? target : entry;
                if (!firstNames.TryAdd(file, entry.Path))
                {
                    first = firstNames[file];
                }
            }

            written += WriteMember(output, entry.Path, body, first, epoch);
        }

        var end = written + (2 * TarHeader.Size);
        Pad(output, (int)(((end + RecordSize - 1) / RecordSize * RecordSize) - written));
    }

    /// <summary>
    /// Reads an archive of this or another program: ustar, GNU's long names, pax. Strict, because it may be untrusted: every path must satisfy <see
    /// cref="RootfsPath"/> (a leading <c>./</c> is dropped), no path may occur twice, hard links must lead to earlier files; sizes are limited, and
    /// memory is never allocated by the size in a header alone.
    /// </summary>
    /// <param name="tar">The archive, uncompressed; it is read to its end and not closed.</param>
    /// <param name="name">Name for error messages.</param>
    /// <param name="large">Stores large contents; null to keep all in memory.</param>
    /// <param name="isForeign">Whether another program wrote it, see <see cref="RootfsTarReader.IsForeign"/>.</param>
    /// <exception cref="RootfsException">The archive is damaged, truncated, too large, or contains entries not allowed in an image.</exception>
    public static RootfsTree Read(Stream tar, string name, ITarContents? large = null, bool isForeign = false) =>
        new RootfsTarReader(tar, name, isForeign ? RootfsTarReader.MostForeign : RootfsTarReader.MostContent, large) { IsForeign = isForeign }.Read();

    private static long WriteMember(Stream output, string path, RootfsEntry body, string first, long epoch)
    {
        var name = body.Type == RootfsEntryType.Directory ? path + "/" : path;
        var time = Math.Min(body.ModificationTime ?? epoch, epoch);
        var (type, link, content) = body.Type switch
        {
            RootfsEntryType.Directory => ('5', string.Empty, default),
            RootfsEntryType.SymbolicLink => ('2', body.LinkTarget!, default),
            _ when first != path => ('1', first, default),
            _ => ('0', string.Empty, body.Content),
        };

        var pax = new StringBuilder();
        name = Fit(pax, "path", name, UstarHeader.Split(name) is not null);
        link = Fit(pax, "linkpath", link, Ascii.IsValid(link) && link.Length <= UstarHeader.NameBytes);
        var user = Fit(pax, "uid", body.UserId, UstarHeader.MaxOwner);
        var group = Fit(pax, "gid", body.GroupId, UstarHeader.MaxOwner);
        time = Fit(pax, "mtime", time, UstarHeader.MaxNumber);

        var written = 0L;
        if (pax.Length > 0)
        {
            var records = Encoding.UTF8.GetBytes(pax.ToString());
            written += WriteBlock(output, new UstarHeader(PaxName, 'x', FilePermissions.Octal644, 0, 0, records.Length, 0, string.Empty), records);
        }

        return written + WriteBlock(output, new UstarHeader(name, type, body.Mode, user, group, content.Length, time, link), content.Span);
    }

    private static long WriteBlock(Stream output, UstarHeader header, ReadOnlySpan<byte> content)
    {
        Span<byte> block = stackalloc byte[TarHeader.Size];
        header.Write(block);
        output.Write(block);
        output.Write(content);
        var padding = -content.Length & (TarHeader.Size - 1);
        Pad(output, padding);
        return TarHeader.Size + (long)content.Length + padding;
    }

    private static void Pad(Stream output, int count)
    {
        Span<byte> zeros = stackalloc byte[TarHeader.Size];
        zeros.Clear();
        for (; count > 0; count -= TarHeader.Size)
        {
            output.Write(zeros[..Math.Min(count, TarHeader.Size)]);
        }
    }

    // Values that do not fit go into the pax header; the field then contains a fixed, readable placeholder.
    private static string Fit(StringBuilder pax, string key, string value, bool fits)
    {
        if (fits)
        {
            return value;
        }

        Record(pax, key, value);
        var standIn = string.Concat(value.Select(letter => char.IsAscii(letter) ? letter : '_'));
        return standIn.Length <= UstarHeader.NameBytes ? standIn : standIn[..UstarHeader.NameBytes];
    }

    private static long Fit(StringBuilder pax, string key, long value, long most)
    {
        if (value <= most)
        {
            return value;
        }

        Record(pax, key, value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    }

    // A record starts with its own length in bytes, the digits of that length included.
    private static void Record(StringBuilder pax, string key, string value)
    {
        var rest = Encoding.UTF8.GetByteCount(value) + key.Length + 3;
        var length = rest + Digits(rest);
        length = rest + Digits(length);
        pax.Append(System.Globalization.CultureInfo.InvariantCulture, $"{length} {key}={value}\n");
    }

    private static int Digits(int value) => value < 10 ? 1 : 1 + Digits(value / 10);
}
