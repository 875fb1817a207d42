using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Debian.Package;

/// <summary>The content of one ar member: exactly the number of bytes that its header declares, or an error. Closing it does not close the package file.</summary>
internal sealed class ArContent(Stream source, long size, DebPlace place) : ForwardStream
{
    private readonly byte[] _tail = new byte[8];
    private long _left = size;

    /// <summary>The last eight bytes read; in a gzip file they are its checksum and length.</summary>
    public ReadOnlySpan<byte> Tail => _tail;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, _left);
        if (wanted == 0)
        {
            return 0;
        }

        int count;
        try
        {
            count = source.Read(buffer[..wanted]);
        }
        catch (IOException error)
        {
            throw place.Error($"it cannot be read: {error.Message}", error);
        }

        if (count == 0)
        {
            throw place.Error($"it is truncated: {_left} bytes of this member are missing");
        }

        _left -= count;
        Remember(buffer[..count]);
        return count;
    }

    /// <summary>Reads to the end of the member, or seeks over it if the package file is seekable.</summary>
    public void SkipRest()
    {
        if (_left > 0 && source.CanSeek && source.Length - source.Position >= _left)
        {
            source.Seek(_left, SeekOrigin.Current);
            _left = 0;
        }

        if (_left > 0)
        {
            var scratch = new byte[1 << 13];
            while (Read(scratch) > 0)
            {
            }
        }
    }

    private void Remember(ReadOnlySpan<byte> read)
    {
        if (read.Length < _tail.Length)
        {
            _tail.AsSpan(read.Length).CopyTo(_tail);
            read.CopyTo(_tail.AsSpan(_tail.Length - read.Length));
        }
        else
        {
            read[^_tail.Length..].CopyTo(_tail);
        }
    }
}
