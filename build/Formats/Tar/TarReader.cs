using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Formats.Tar;

/// <summary>
/// Reads a tar archive forward, member by member: ustar and older headers, with GNU's long names and base-256 numbers or pax records. The caller
/// decides what an archive may contain and what may follow its end. System.Formats.Tar allocates memory by the size in a header, drops an unreadable
/// owner and does not distinguish damage from another format.
/// </summary>
/// <param name="source">The archive, uncompressed; never read beyond the requested data.</param>
/// <param name="error">Creates the caller's exception for a reason.</param>
internal sealed class TarReader(Stream source, Func<string, Exception> error)
{
    private const int MaxHeader = 64 << 10;

    // A member has at most two long names and one pax header before it, and an archive has a few comments.
    private const int MaxHeadersBeforeMember = 8;

    private readonly Stream _source = source;
    private readonly byte[] _block = new byte[TarHeader.Size];
    private byte[]? _scratch;

    /// <summary>The type flag of the member; NUL of the oldest programs is returned as <c>0</c>.</summary>
    public char Type => new TarHeader(_block).Type;

    /// <summary>Whether its header has the magic of ustar or GNU tar.</summary>
    public bool HasMagic => new TarHeader(_block).HasMagic;

    /// <summary>Its name; empty between members.</summary>
    public ReadOnlySpan<byte> Name => Extended.Path ?? new TarHeader(_block).Name;

    /// <summary>Its link target.</summary>
    public ReadOnlySpan<byte> Link => Extended.Link ?? new TarHeader(_block).Link;

    /// <summary>The 12 permission bits.</summary>
    public int Mode { get; private set; }

    /// <summary>Numeric owner.</summary>
    public int UserId { get; private set; }

    /// <summary>Numeric group.</summary>
    public int GroupId { get; private set; }

    /// <summary>The size of the content in bytes; 0 for a link, device, folder or FIFO.</summary>
    public long Size { get; private set; }

    /// <summary>Seconds since 1970-01-01 UTC, without fractions.</summary>
    public long Time { get; private set; }

    /// <summary>The values of the extended headers before the member.</summary>
    public PaxRecords Extended { get; } = new();

    /// <summary>Whether the archive ended with a block of zeros, and not at the end of the stream.</summary>
    public bool IsMarked { get; private set; }

    /// <summary>The member's content; invalid after advancing to the next member.</summary>
    public Stream Content { get; private set; } = Stream.Null;

    /// <summary>Reads that many bytes. The array grows as they arrive, because the declared size may be wrong.</summary>
    /// <exception cref="EndOfStreamException">The content is shorter.</exception>
    public static byte[] ReadGrowing(Stream stream, long size)
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

    /// <summary>Skips the unread content of the member.</summary>
    public void Skip()
    {
        _scratch ??= new byte[1 << 15];
        while (Content.Read(_scratch) > 0)
        {
        }

        Fill(_scratch.AsSpan(0, (int)(-Size & (TarHeader.Size - 1))));
        (Content, Size) = (Stream.Null, 0);
        _block.AsSpan().Clear();
        Extended.Clear();
    }

    /// <summary>Advances to the next member.</summary>
    /// <returns>False at the end, which is the first block of zeros or the end of the stream.</returns>
    public bool Next()
    {
        Skip();
        for (var headers = 0; ; headers++)
        {
            IsMarked = TryFill(_block);
            if (!_block.AsSpan().ContainsAnyExcept((byte)0) || !IsMarked)
            {
                return Extended.IsEmpty ? false : throw error("an extended header has no member after it");
            }

            var header = new TarHeader(_block);
            if (!header.HasRightChecksum())
            {
                _block.AsSpan().Clear();
                throw error("a tar header is damaged");
            }

            if (!header.TryFields(out var mode, out var user, out var group, out var size, out var time))
            {
                throw error("a number in its tar header is damaged");
            }

            if (header.Type is not ('L' or 'K' or 'x' or 'g'))
            {
                Enter(mode, Extended.User ?? user, Extended.Group ?? group, Extended.Size ?? size, Extended.Time ?? time);
                return true;
            }

            if (headers == MaxHeadersBeforeMember)
            {
                throw error($"more than {MaxHeadersBeforeMember} extended headers precede one member");
            }

            if (Extended.Read(header.Type, Body(size)) is { } wrong)
            {
                throw error(wrong);
            }
        }
    }

    private void Enter(long mode, long user, long group, long size, long time)
    {
        if (user > int.MaxValue || group > int.MaxValue)
        {
            throw error("its owner is out of range");
        }

        if (size != 0 && Type is >= '1' and <= '6')
        {
            throw error("it has content although it is not a regular file");
        }

        (Mode, UserId, GroupId, Size, Time) = ((int)(mode & 0xFFF), (int)user, (int)group, size, time);
        Content = new TarContent(this, size);
    }

    /// <summary>Reads the complete content of an extended header: it is small or refused.</summary>
    private ReadOnlySpan<byte> Body(long size)
    {
        if (size > MaxHeader)
        {
            throw error($"an extended header declares {size} bytes, more than the {MaxHeader} that are accepted");
        }

        var padded = new byte[((int)size + TarHeader.Size - 1) & ~(TarHeader.Size - 1)];
        Fill(padded);
        return padded.AsSpan(0, (int)size);
    }

    // False at the end of the stream.
    private bool TryFill(Span<byte> target)
    {
        var count = _source.Read(target);
        Fill(count == 0 ? [] : target[count..]);
        return count > 0;
    }

    private void Fill(Span<byte> target)
    {
        if (_source.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
        {
            throw CutShort();
        }
    }

    private Exception CutShort() => error("the tar archive is truncated");

    private sealed class TarContent(TarReader owner, long length) : ForwardStream
    {
        private long _left = length;

        public override int Read(Span<byte> buffer)
        {
            ObjectDisposedException.ThrowIf(owner.Content != this, this);
            var wanted = (int)Math.Min(buffer.Length, _left);
            var count = wanted == 0 ? 0 : owner._source.Read(buffer[..wanted]);
            _left -= count;
            return count > 0 || wanted == 0 ? count : throw owner.CutShort();
        }
    }
}
