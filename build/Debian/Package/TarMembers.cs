using System.Text;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// Reads the tar archive of a package forwards, strictly: headers of ustar or of before, with GNU long names or pax records; files,
/// folders and links, everything below the limits. Devices are passed over. System.Formats.Tar reads more kinds of archive than a package may be, and
/// resolves none of what matters here.
/// </summary>
internal sealed class TarMembers(GuardedStream source, DebPlace place, DebLimits limits, long maxTotal)
{
    private readonly byte[] block = new byte[TarHeader.Size];
    private readonly PaxRecords extended = new();
    private readonly MemberPaths paths = new(limits, place);
    private TarContent? content;
    private byte[]? scratch;
    private long total;
    private int entries;

    /// <summary>The content of the regular file that <see cref="Next"/> returned last; null for other members.</summary>
    public Stream? Content => content;

    /// <summary>Goes to the next member, over what was not read of the one before.</summary>
    /// <returns>Null at the end, once everything to the end of the stream is checked.</returns>
    /// <exception cref="DebianException">The archive is damaged, cut short, unsafe, or passes a limit.</exception>
    public DebEntry? Next()
    {
        SkipContent();
        place.Path = null;
        while (true)
        {
            // Some writers leave out the blocks of zeros, and dpkg does not miss them: whether the archive is whole, its compression and the
            // outer archive tell.
            var filled = TryFill(block);
            if (!filled || !block.AsSpan().ContainsAnyExcept((byte)0))
            {
                End(marked: filled);
                return null;
            }

            var header = new TarHeader(block);
            if (!header.HasRightChecksum())
            {
                throw place.Error("a tar header is damaged");
            }

            if (++entries > limits.MaxEntries)
            {
                throw place.Error($"it has more than {limits.MaxEntries} members");
            }

            if (!header.TryFields(out var mode, out var user, out var group, out var size, out var time))
            {
                place.Path = Encoding.UTF8.GetString(header.Name);
                throw place.Error("a number in its tar header is damaged");
            }

            switch (header.Type)
            {
                case 'L':
                    extended.Path = LongText(size);
                    continue;
                case 'K':
                    extended.Link = LongText(size);
                    continue;
                case 'x':
                    if (extended.Read(Body(size, (2 * limits.MaxPathLength) + 4096)) is { } wrong)
                    {
                        throw place.Error(wrong);
                    }

                    continue;
                case 'g':
                    SkipGlobal(size);
                    continue;
                case '3' or '4' or '6':
                    SkipSpecial(size);
                    continue;
            }

            if (Member(header, mode, extended.User ?? user, extended.Group ?? group, extended.Size ?? size, extended.Time ?? time) is { } entry)
            {
                return entry;
            }
        }
    }

    // Null for a link where the package has a folder.
    private DebEntry? Member(TarHeader header, long mode, long user, long group, long size, long time)
    {
        ReadOnlySpan<byte> name = extended.Path ?? (header.Prefix.IsEmpty ? header.Name : [.. header.Prefix, (byte)'/', .. header.Name]);
        place.Path = Encoding.UTF8.GetString(name[..Math.Min(name.Length, limits.MaxPathLength)]);

        // The oldest writers had no type for a folder, only a slash at the end of its name.
        var type = header.Type == '0' && !name.IsEmpty && name[^1] == (byte)'/' && size == 0 ? DebEntryType.Directory : Type(header.Type);
        if (user > int.MaxValue || group > int.MaxValue)
        {
            throw place.Error("its owner is out of range");
        }

        if (type != DebEntryType.File && size != 0)
        {
            throw place.Error("it has content although it is no regular file");
        }

        if (size > limits.MaxMemberSize)
        {
            throw place.Error($"it declares {size} bytes, more than the {limits.MaxMemberSize} that are accepted");
        }

        if (size > maxTotal - total)
        {
            throw TooLarge();
        }

        var path = paths.Normalise(name, type == DebEntryType.Directory);
        place.Path = path;
        ReadOnlySpan<byte> target = type is DebEntryType.SymbolicLink or DebEntryType.HardLink ? extended.Link ?? header.Link : default;
        extended.Clear();
        if (!paths.TryEnter(path, type, target, out var link))
        {
            return null;
        }

        content = type == DebEntryType.File ? new TarContent(this, size) : null;
        return new DebEntry(path, type, (int)(mode & 0xFFF), (int)user, (int)group, time, size, link);
    }

    // Comments, as git-archive(1) leaves one: no record may change the members after it.
    private void SkipGlobal(long size)
    {
        var records = new PaxRecords();
        if (records.Read(Body(size, (2 * limits.MaxPathLength) + 4096)) is { } wrong)
        {
            throw place.Error(wrong);
        }

        if (!records.IsEmpty)
        {
            throw place.Error("a global pax header changes every member after it");
        }
    }

    // A container's /dev is its engine's: a device or FIFO of a package has no place in an image.
    private void SkipSpecial(long size)
    {
        if (size != 0)
        {
            throw place.Error("a device or FIFO has content");
        }

        extended.Clear();
    }

    private DebEntryType Type(char flag) => flag switch
    {
        '0' => DebEntryType.File,
        '1' => DebEntryType.HardLink,
        '2' => DebEntryType.SymbolicLink,
        '5' => DebEntryType.Directory,
        'S' => throw place.Error("it is a sparse file, which no package may hold"),
        _ => throw place.Error($"its type \"{DebPlace.Shown(flag.ToString())}\" is not allowed in a package"),
    };

    private byte[] LongText(long size)
    {
        var text = Body(size, limits.MaxPathLength + 1).TrimEnd((byte)0);
        return text.IsEmpty ? throw place.Error("a long name is empty") : text.ToArray();
    }

    /// <summary>The content of an extended header, whole: it is small or refused.</summary>
    private ReadOnlySpan<byte> Body(long size, int most)
    {
        if (size > most)
        {
            throw place.Error($"an extended header declares {size} bytes, more than the {most} that are accepted");
        }

        var padded = new byte[((int)size + TarHeader.Size - 1) & ~(TarHeader.Size - 1)];
        Fill(padded);
        return padded.AsSpan(0, (int)size);
    }

    private void SkipContent()
    {
        if (content is null)
        {
            return;
        }

        scratch ??= new byte[1 << 15];
        while (content.Read(scratch) > 0)
        {
        }

        var padding = (int)(-content.Size & (TarHeader.Size - 1));
        Fill(scratch.AsSpan(0, padding));
        content.Close();
        content = null;
    }

    /// <summary>After the first block of zeros whatever there is, as tar(5) and dpkg have it; it is decompressed all the same, for then its
    /// checksums are checked. Where there is no such block, the compressed data must be whole.</summary>
    private void End(bool marked)
    {
        if (!extended.IsEmpty)
        {
            throw place.Error("an extended header has no member after it");
        }

        scratch ??= new byte[1 << 15];
        while (ReadCounted(scratch) > 0)
        {
        }

        if (!marked && !source.IsWhole)
        {
            throw place.Error("its compressed data is damaged, or something follows it");
        }
    }

    // False at the end of the stream.
    private bool TryFill(Span<byte> target)
    {
        var count = ReadCounted(target);
        if (count == 0)
        {
            return false;
        }

        Fill(target[count..]);
        return true;
    }

    private void Fill(Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            var count = ReadCounted(target);
            if (count == 0)
            {
                throw CutShort();
            }

            target = target[count..];
        }
    }

    private int ReadCounted(Span<byte> target)
    {
        var count = source.Read(target);
        total += count;
        return total > maxTotal ? throw TooLarge() : count;
    }

    private DebianException CutShort() => place.Error("the tar archive is cut short");

    private DebianException TooLarge() => place.Error($"it unpacks to more than {maxTotal} bytes");

    /// <summary>One file's bytes; dead once the archive moves on.</summary>
    private sealed class TarContent(TarMembers owner, long size) : ForwardStream
    {
        private long left = size;

        public long Size { get; } = size;

        public override long Length => Size;

        public override int Read(Span<byte> buffer)
        {
            ObjectDisposedException.ThrowIf(owner.content != this, this);
            var wanted = (int)Math.Min(buffer.Length, left);
            if (wanted == 0)
            {
                return 0;
            }

            var count = owner.ReadCounted(buffer[..wanted]);
            left -= count;
            return count > 0 ? count : throw owner.CutShort();
        }
    }
}
