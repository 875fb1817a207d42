using System.Text;
using BusyboxGlibc.Formats.Tar;

namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// Reads the tar archive of a package: files, folders and links, within the limits. Devices are skipped.
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

    /// <summary>The content of the regular file last returned by <see cref="Next"/>; null for other members.</summary>
    public Stream? Content { get; private set; }

    /// <summary>Advances to the next member, skipping unread content of the previous one.</summary>
    /// <returns>Null at the end, after everything up to the end of the stream was verified.</returns>
    /// <exception cref="DebianException">The archive is damaged, truncated or unsafe, or exceeds a limit.</exception>
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

            // The container engine provides /dev: devices and FIFOs of a package do not belong in an image.
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

    // The oldest writers had no type for folders, only a slash at the end of the name.
    private DebEntryType Type(ReadOnlySpan<byte> name) => _tar.Type switch
    {
        _ when _tar.Extended.IsSparse => throw Error("it is a sparse file, which is not allowed in a package"),
        '0' when _tar.Size == 0 && name.EndsWith("/"u8) => DebEntryType.Directory,
        '0' => DebEntryType.File,
        '1' => DebEntryType.HardLink,
        '2' => DebEntryType.SymbolicLink,
        '5' => DebEntryType.Directory,
        'S' => throw Error("it is a sparse file, which is not allowed in a package"),
        var other => throw Error($"its type \"{DebPlace.Shown(other.ToString())}\" is not allowed in a package"),
    };

    /// <summary>Content after the first block of zeros is ignored, as in tar(5) and dpkg, but is still decompressed to verify the checksums. Some
    /// writers omit the blocks of zeros, which dpkg accepts: then the compressed data must be complete.</summary>
    private void End()
    {
        _source.CopyTo(Stream.Null, 1 << 15);
        if (!_tar.IsMarked && !_source.IsWhole)
        {
            throw _place.Error("its compressed data is damaged, or is followed by other data");
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
