namespace BusyboxGlibc.Formats.Xz;

/// <summary>The compressed input of an xz stream: buffered, because its headers are read byte by byte, and counted.</summary>
internal sealed class XzInput(Stream source)
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _read;
    private int _filled;

    /// <summary>The number of bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the end of the input is reached.</summary>
    public bool AtEnd => _read == _filled && !Fill();

    /// <summary>Whether there is a next byte and it is zero; the byte is not consumed.</summary>
    public bool PeekIsZero => !AtEnd && _buffer[_read] == 0;

    /// <summary>Reads the next byte.</summary>
    /// <exception cref="InvalidDataException">The input has ended.</exception>
    public int Byte()
    {
        if (_read == _filled && !Fill())
        {
            throw CutShort();
        }

        Position++;
        return _buffer[_read++];
    }

    /// <summary>Fills <paramref name="target"/> completely.</summary>
    /// <exception cref="InvalidDataException">The input is shorter.</exception>
    public void Exactly(Span<byte> target)
    {
        while (target.Length > 0)
        {
            if (_read == _filled && !Fill())
            {
                throw CutShort();
            }

            var count = Math.Min(target.Length, _filled - _read);
            _buffer.AsSpan(_read, count).CopyTo(target);
            target = target[count..];
            _read += count;
            Position += count;
        }
    }

    private bool Fill()
    {
        _read = 0;
        _filled = source.Read(_buffer, 0, _buffer.Length);
        return _filled > 0;
    }

    private static InvalidDataException CutShort() => new("the xz data is truncated");
}
