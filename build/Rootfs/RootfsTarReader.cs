using System.Text;
using System.Text.Unicode;
using BusyboxGlibc.Formats.Tar;

namespace BusyboxGlibc.Rootfs;

/// <summary>Reads one tar archive into a tree; <see cref="RootfsTar.Read"/> describes what is accepted.</summary>
/// <param name="tar">The archive.</param>
/// <param name="name">Its name, for error messages.</param>
/// <param name="mostContent">The limit for the total size of its files in bytes.</param>
/// <param name="large">Stores large contents; null to keep all in memory.</param>
internal sealed class RootfsTarReader(Stream tar, string name, long mostContent = RootfsTarReader.MostContent, ITarContents? large = null)
{
    /// <summary>The same limit as for a layer (LayoutLimits): an image with a browser engine and two compilers needs less than half of it.</summary>
    internal const long MostContent = 2L << 30;

    private const int MaxEntries = 200_000;
    private const long MaxPathCharacters = 32L * 1024 * 1024;
    private const long MostSeconds = 1L << 48;
    private const int MaxEnd = 16 << 20;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly RootfsTree _tree = new();
    private long _contentBytes;
    private long _pathCharacters;

    internal RootfsTree Read()
    {
        try
        {
            var reader = new TarReader(tar, why => Damaged(why));
            while (reader.Next())
            {
                AddMember(reader);
            }

            if (!reader.IsMarked)
            {
                throw new EndOfStreamException();
            }

            ReadEnd();
            return _tree;
        }
        catch (FormatException fault)
        {
            throw Damaged(fault.Message, fault);
        }
        catch (EndOfStreamException fault)
        {
            throw Damaged("it ends in the middle of the archive", fault);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            throw Damaged(fault.Message, fault);
        }
    }

    private RootfsException Damaged(string why, Exception? inner = null) => new($"{name} is not a usable tar archive", why: why, inner: inner);

    private void AddMember(TarReader member)
    {
        var size = member.Size;
        var type = member.Type switch
        {
            '0' => RootfsEntryType.File,
            '1' => RootfsEntryType.HardLink,
            '2' => RootfsEntryType.SymbolicLink,
            '5' => RootfsEntryType.Directory,
            var other => throw new FormatException($"a member is of type '{(char.IsAsciiLetterOrDigit(other) ? other : '?')}': an image has files, folders and links only"),
        };
        var refused = !member.HasMagic ? "a member's header has no ustar magic"
            : member.Extended.Twice is { } key ? $"a member has two values of {key}"
            : member.Extended.IsSparse || member.Extended.HasAttributes ? "a member is sparse, has extended attributes or a character set of its own"
            : member.Time is < 0 or >= MostSeconds ? "a member has a time outside the range of an image"
            : null;
        if (refused is not null)
        {
            throw new FormatException(refused);
        }

        var path = Clean(Text(member.Name), type == RootfsEntryType.Directory);
        var link = type is RootfsEntryType.HardLink or RootfsEntryType.SymbolicLink ? Text(member.Link) : null;
        if (size > Math.Min(mostContent - _contentBytes, Array.MaxLength))
        {
            throw new FormatException($"its files contain more than {mostContent >> 20} MiB in total, the maximum for an image");
        }

        ReadOnlyMemory<byte> content =
            size == 0 ? default : size >= ITarContents.Large && large is not null ? large.Take(member.Content, (int)size) : TarReader.ReadGrowing(member.Content, size);
        _contentBytes += content.Length;
        if (path.Length == 0)
        {
            return;
        }

        if (!_seen.Add(path) || _tree.Count > MaxEntries)
        {
            throw new FormatException(_tree.Count > MaxEntries ? $"it has more than {MaxEntries} entries" : $"{RootfsPath.Show(path)} is in it twice");
        }

        link = type == RootfsEntryType.HardLink ? Clean(link!, folder: false) : link;
        var before = _tree.Count;
        _tree.Add(new RootfsEntry(path, type, member.Mode, member.UserId, member.GroupId, member.Time, link, content, name));

        // One deep path implies many folders, each with its own path.
        _pathCharacters += ((_tree.Count - before) * (long)path.Length) + (link?.Length ?? 0);
        if (_pathCharacters > MaxPathCharacters)
        {
            throw new FormatException("its paths together are longer than an image may have");
        }
    }

    // "./", as written by "tar -C folder .", is the root and the prefix of everything below it.
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

    private static string Text(ReadOnlySpan<byte> text) => Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : throw new FormatException("a name is not UTF-8");

    // After the first block of zeros comes a second one, and no data that could be taken for a member.
    private void ReadEnd()
    {
        var block = new byte[TarHeader.Size];
        tar.ReadExactly(block);
        var zeros = 0;
        for (var count = block.Length; count > 0; count = tar.Read(block))
        {
            zeros += count;
            if (block.AsSpan(0, count).ContainsAnyExcept((byte)0) || zeros > MaxEnd)
            {
                throw new FormatException("there is data after its end");
            }
        }
    }
}
