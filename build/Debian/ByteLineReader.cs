namespace BusyboxGlibc.Debian;

/// <summary>Reads lines of bytes from a stream through one growing buffer, without allocating a string per line.</summary>
/// <param name="stream">The stream; read to its end, not disposed.</param>
/// <param name="name">Name for error messages.</param>
internal sealed class ByteLineReader(Stream stream, string name)
{
    private const int LongestLine = 1 << 20;

    private byte[] _buffer = new byte[1 << 17];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>The number of the line last read, from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Reads a line without its line ending (LF or CR LF); the result is valid until the next call.</summary>
    /// <exception cref="DebianException">The stream is damaged, or a line is too long.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        var scanned = _start;
        while (true)
        {
            var feed = _buffer.AsSpan(scanned, _end - scanned).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                line = _buffer.AsSpan(_start, scanned + feed - _start).TrimEnd((byte)'\r');
                _start = scanned + feed + 1;
                LineNumber++;
                return true;
            }

            if (_ended)
            {
                var isLast = _start < _end;
                line = _buffer.AsSpan(_start, _end - _start).TrimEnd((byte)'\r');
                _start = _end;
                LineNumber += isLast ? 1 : 0;
                return isLast;
            }

            scanned = Fill();
        }
    }

    /// <summary>Creates the error for an invalid line.</summary>
    public DebianException Wrong(string why) => new($"{name} is malformed", $"{name}:{Math.Max(1, LineNumber)}", why);

    private int Fill()
    {
        if (_end - _start > LongestLine)
        {
            throw Wrong($"a line is longer than {LongestLine} bytes");
        }

        var kept = _end - _start;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
            (_start, _end) = (0, kept);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        try
        {
            var count = stream.Read(_buffer, _end, _buffer.Length - _end);
            _ended = count == 0;
            _end += count;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The stream is a decompressor, and each kind throws its own exceptions for damaged content.
            throw new DebianException($"{name} is damaged", why: error.Message, inner: error);
        }

        return kept;
    }
}
