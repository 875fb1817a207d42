namespace BusyboxGlibc.Debian;

/// <summary>Reads lines of bytes from a stream through one growing buffer, without a string for each.</summary>
/// <param name="stream">The stream; read to its end, not disposed.</param>
/// <param name="name">What it is, for errors.</param>
internal sealed class ByteLineReader(Stream stream, string name)
{
    private const int LongestLine = 1 << 20;

    private byte[] buffer = new byte[1 << 17];
    private int start;
    private int end;
    private bool ended;

    /// <summary>The line last read, from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Reads a line without its end (LF or CR LF); it is valid until the next call.</summary>
    /// <exception cref="DebianException">The stream is damaged, or a line is longer than any real one.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        var scanned = start;
        while (true)
        {
            var feed = buffer.AsSpan(scanned, end - scanned).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                line = buffer.AsSpan(start, scanned + feed - start).TrimEnd((byte)'\r');
                start = scanned + feed + 1;
                LineNumber++;
                return true;
            }

            if (ended)
            {
                var isLast = start < end;
                line = buffer.AsSpan(start, end - start).TrimEnd((byte)'\r');
                start = end;
                LineNumber += isLast ? 1 : 0;
                return isLast;
            }

            scanned = Fill();
        }
    }

    /// <summary>The error for a line that is not what it should be.</summary>
    public DebianException Wrong(string why) => new($"{name} is not what it should be", $"{name}:{Math.Max(1, LineNumber)}", why);

    private int Fill()
    {
        if (end - start > LongestLine)
        {
            throw Wrong($"a line is longer than {LongestLine} bytes");
        }

        var kept = end - start;
        if (start > 0)
        {
            buffer.AsSpan(start, kept).CopyTo(buffer);
            (start, end) = (0, kept);
        }

        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        try
        {
            var count = stream.Read(buffer, end, buffer.Length - end);
            ended = count == 0;
            end += count;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The stream is a decompressor's, and each of them has exceptions of its own for damaged content.
            throw new DebianException($"{name} is damaged", why: error.Message, inner: error);
        }

        return kept;
    }
}
