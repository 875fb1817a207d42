using System.Security.Cryptography;
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
    /// <summary>
    /// Whether the archive is only looked into, and nothing is made from it: a layer of an image that another program wrote. Then devices and pipes are left out, extended
    /// attributes ignored, and of two members with the same path the last one counts, as when an engine unpacks it. A file that is larger than memory can hold in one piece, such as
    /// a model, has its SHA-256 as content: it is no program, and still differs from another.
    /// </summary>
    public bool IsForeign { get; init; }

    /// <summary>The same limit as for a layer (LayoutLimits): an image with a browser engine and two compilers needs less than half of it.</summary>
    internal const long MostContent = 2L << 30;

    /// <summary>The limit of an image of another program, whose contents are not all in memory.</summary>
    internal const long MostForeign = 64L << 30;

    private const int MaxEntries = 200_000;
    private const long MaxPathCharacters = 32L * 1024 * 1024;

    // Images with Python environments or a TeX have half a million files.
    private const int ForeignFactor = 5;
    private const long MostSeconds = 1L << 48;
    private const int MaxEnd = 16 << 20;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RootfsEntry> _foreign = new(StringComparer.Ordinal);
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
            AddForeign();
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
        if (IsForeign && member.Type is '3' or '4' or '6')
        {
            return;
        }

        var size = member.Size;
        var type = member.Type switch
        {
            '0' => RootfsEntryType.File,
            '7' or '\0' when IsForeign => RootfsEntryType.File,
            '1' => RootfsEntryType.HardLink,
            '2' => RootfsEntryType.SymbolicLink,
            '5' => RootfsEntryType.Directory,
            var other => throw new FormatException($"a member is of type '{(char.IsAsciiLetterOrDigit(other) ? other : '?')}': an image has files, folders and links only"),
        };
        var refused = member.Extended.IsSparse && IsForeign ? "a member is sparse"
            : IsForeign ? null
            : !member.HasMagic ? "a member's header has no ustar magic"
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
        if (size > mostContent - _contentBytes || (size > Array.MaxLength && !IsForeign))
        {
            throw new FormatException($"its files contain more than {mostContent >> 20} MiB in total, the maximum for an image");
        }

        ReadOnlyMemory<byte> content =
            size == 0 ? default
            : size > Array.MaxLength ? SHA256.HashData(member.Content)
            : size >= ITarContents.Large && large is not null ? large.Take(member.Content, (int)size)
            : TarReader.ReadGrowing(member.Content, size);
        _contentBytes += size;
        if (path.Length == 0)
        {
            return;
        }

        var factor = IsForeign ? ForeignFactor : 1;
        if ((!_seen.Add(path) && !IsForeign) || _tree.Count + _foreign.Count > MaxEntries * factor)
        {
            throw new FormatException(_tree.Count + _foreign.Count > MaxEntries * factor ? $"it has more than {MaxEntries * factor} entries" : $"{RootfsPath.Show(path)} is in it twice");
        }

        link = type == RootfsEntryType.HardLink ? Clean(link!, folder: false) : link;
        var before = _tree.Count;
        var entry = new RootfsEntry(path, type, member.Mode, member.UserId, member.GroupId, IsForeign ? Math.Max(0, member.Time) : member.Time, link, content, name);
        if (IsForeign)
        {
            _foreign[path] = entry;
        }
        else
        {
            _tree.Add(entry);
        }

        // One deep path implies many folders, each with its own path.
        _pathCharacters += ((IsForeign ? path.Count('/') + 1 : _tree.Count - before) * (long)path.Length) + (link?.Length ?? 0);
        if (_pathCharacters > MaxPathCharacters * factor)
        {
            throw new FormatException("its paths together are longer than an image may have");
        }
    }

    // A tree cannot have hard links to files of lower layers, nor what is below a link to a folder.
    private void AddForeign()
    {
        foreach (var entry in _foreign.Values.Where(entry => !IsBelowFile(entry.Path)).OrderBy(entry => entry.Type == RootfsEntryType.HardLink))
        {
            if (entry.Type != RootfsEntryType.HardLink || (_tree.TryGet(entry.LinkTarget!, out var file) && file.Type is RootfsEntryType.File or RootfsEntryType.HardLink))
            {
                _tree.Add(entry);
            }
        }
    }

    private bool IsBelowFile(string path)
    {
        for (var folder = RootfsPath.Parent(path); folder is not null; folder = RootfsPath.Parent(folder))
        {
            if (_foreign.TryGetValue(folder, out var above) && above.Type != RootfsEntryType.Directory)
            {
                return true;
            }
        }

        return false;
    }

    // "./", as written by "tar -C folder .", is the root and the prefix of everything below it.
    private string Clean(string path, bool folder)
    {
        path = IsForeign ? path.TrimStart('/') : path;
        if (path is "" && folder && IsForeign)
        {
            return string.Empty;
        }

        if (path is "." or "./" && folder)
        {
            return string.Empty;
        }

        var clean = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        clean = folder && clean.EndsWith('/') ? clean[..^1] : clean;
        return clean.Length == 0 ? throw new FormatException("a member has no name") : clean;
    }

    private string Text(ReadOnlySpan<byte> text) => IsForeign || Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : throw new FormatException("a name is not UTF-8");

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
