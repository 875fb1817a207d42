using System.Text;
using BusyboxGlibc.Formats.Tar;

namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// What the tar archive of a package may hold: files, folders and links, everything below the limits. Devices are passed over.
/// </summary>
internal sealed class PackageMembers
{
    private readonly GuardedStream _source;
    private readonly DebPlace _place;
    private readonly DebLimits _limits;
    private readonly MemberPaths _paths;
    private readonly TarReader _tar;
    private int _entries;

    /// <summary>Reads an archive.</summary>
    public PackageMembers(GuardedStream source, DebPlace place, DebLimits limits)
    {
        (_source, _place, _limits) = (source, place, limits);
        _paths = new MemberPaths(limits, place);
        _tar = new TarReader(source, Error);
    }

    /// <summary>The content of the regular file that <see cref="Next"/> returned last; null for other members.</summary>
    public Stream? Content { get; private set; }

    /// <summary>Goes to the next member, over what was not read of the one before.</summary>
    /// <returns>Null at the end, once everything to the end of the stream is checked.</returns>
    /// <exception cref="DebianException">The archive is damaged, cut short, unsafe, or passes a limit.</exception>
    public DebEntry? Next()
    {
        while (true)
        {
            _tar.Skip();
            _place.Path = null;
            if (!_tar.Next())
            {
                End();
                return null;
            }

            if (++_entries > _limits.MaxEntries)
            {
                throw Error($"it has more than {_limits.MaxEntries} members");
            }

            // A container's /dev is its engine's: a device or FIFO of a package has no place in an image.
            if (_tar.Type is not ('3' or '4' or '6') && Member() is { } entry)
            {
                return entry;
            }
        }
    }

    // Null for a link where the package has a folder.
    private DebEntry? Member()
    {
        var name = _tar.Name;
        var (size, type) = (_tar.Size, Type(name));
        if (size > _limits.MaxMemberSize)
        {
            throw Error($"it declares {size} bytes, more than the {_limits.MaxMemberSize} that are accepted");
        }

        Show(name);
        _source.Require(size);
        var path = _paths.Normalise(name, type == DebEntryType.Directory);
        _place.Path = path;
        if (!_paths.TryEnter(path, type, type is DebEntryType.SymbolicLink or DebEntryType.HardLink ? _tar.Link : default, out var link))
        {
            return null;
        }

        Content = type == DebEntryType.File ? _tar.Content : null;
        return new DebEntry(path, type, _tar.Mode, _tar.UserId, _tar.GroupId, _tar.Time, size, link);
    }

    // The oldest writers had no type for a folder, only a slash at the end of its name.
    private DebEntryType Type(ReadOnlySpan<byte> name) => _tar.Type switch
    {
        _ when _tar.Extended.IsSparse => throw Error("it is a sparse file, which no package may hold"),
        '0' when _tar.Size == 0 && name.EndsWith("/"u8) => DebEntryType.Directory,
        '0' => DebEntryType.File,
        '1' => DebEntryType.HardLink,
        '2' => DebEntryType.SymbolicLink,
        '5' => DebEntryType.Directory,
        'S' => throw Error("it is a sparse file, which no package may hold"),
        var other => throw Error($"its type \"{DebPlace.Shown(other.ToString())}\" is not allowed in a package"),
    };

    /// <summary>After the first block of zeros whatever there is, as tar(5) and dpkg have it; it is decompressed all the same, for then its
    /// checksums are checked. Some writers leave out the blocks of zeros, and dpkg does not miss them: then the compressed data must be whole.</summary>
    private void End()
    {
        _source.CopyTo(Stream.Null, 1 << 15);
        if (!_tar.IsMarked && !_source.IsWhole)
        {
            throw _place.Error("its compressed data is damaged, or something follows it");
        }
    }

    private DebianException Error(string why)
    {
        if (_place.Path is null && _tar.Name is { IsEmpty: false } name)
        {
            Show(name);
        }

        return _place.Error(why);
    }

    private void Show(ReadOnlySpan<byte> name) => _place.Path = Encoding.UTF8.GetString(name[..Math.Min(name.Length, _limits.MaxPathLength)]);
}
