using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// Decompressed bytes up to a limit; every failure of the underlying decoder becomes a <see cref="DebianException"/>. The decoders are libraries that
/// throw unexpected exceptions for damaged data, so any exception of theirs means damage.
/// </summary>
internal sealed class GuardedStream(Stream inner, DebPlace place, long most, GzipEnd? gzip = null) : ForwardStream
{
    private bool _ended;
    private long _total;

    /// <summary>Whether, after reading to the end, all of the compressed data was decompressed. Only gzip may stop early, at data that is not gzip;
    /// dpkg accepts this if the archive inside has ended by then.</summary>
    public bool IsWhole => gzip?.IsRight() ?? true;

    /// <summary>Whether an exception comes from a decoder, and is neither a <see cref="DebianException"/> nor an error of the machine.</summary>
    public static bool IsForeign(Exception error) => error is not (DebianException or OutOfMemoryException);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_ended || buffer.Length == 0)
        {
            return 0;
        }

        int count;
        try
        {
            count = inner.Read(buffer);
            gzip?.Append(buffer[..count]);
            _ended = count == 0;
        }
        catch (Exception error) when (IsForeign(error))
        {
            throw place.Error($"its compressed data is damaged: {error.Message}", error);
        }

        Require(count);
        _total += count;
        return count;
    }

    /// <summary>Refuses data beyond the limit.</summary>
    public void Require(long size)
    {
        if (size > most - _total)
        {
            throw place.Error($"it unpacks to more than {most} bytes");
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
