namespace BusyboxGlibc.Formats.Xz;

/// <summary>The compressed side of an xz stream: buffered, because its headers are read byte by byte, and counted.</summary>
internal sealed class XzInput(Stream source)
{
    private readonly byte[] buffer = new byte[1 << 16];
    private int read;
    private int filled;

    /// <summary>Bytes taken so far.</summary>
    public long Position { get; private set; }

    /// <summary>Whether nothing is left.</summary>
    public bool AtEnd => read == filled && !Fill();

    /// <summary>Whether there is a next byte and it is zero; it is not taken.</summary>
    public bool PeekIsZero => !AtEnd && buffer[read] == 0;

    /// <summary>The next byte.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public int Byte()
    {
        if (read == filled && !Fill())
        {
            throw CutShort();
        }

        Position++;
        return buffer[read++];
    }

    /// <summary>Fills <paramref name="target"/> whole.</summary>
    /// <exception cref="InvalidDataException">The input ends before.</exception>
    public void Exactly(Span<byte> target)
    {
        while (target.Length > 0)
        {
            if (read == filled && !Fill())
            {
                throw CutShort();
            }

            var count = Math.Min(target.Length, filled - read);
            buffer.AsSpan(read, count).CopyTo(target);
            target = target[count..];
            read += count;
            Position += count;
        }
    }

    private bool Fill()
    {
        read = 0;
        filled = source.Read(buffer, 0, buffer.Length);
        return filled > 0;
    }

    private static InvalidDataException CutShort() => new("the xz data is cut short");
}
