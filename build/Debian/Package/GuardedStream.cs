using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// Decompressed bytes, no more than a limit, with every failure of the decoder underneath turned into the room's error. The decoders are libraries,
/// which on damaged data throw what their authors did not foresee as well, so any exception of theirs means damage.
/// </summary>
internal sealed class GuardedStream(Stream inner, DebPlace place, long most, GzipEnd? gzip = null) : ForwardStream
{
    private bool _ended;
    private long _total;

    /// <summary>Whether, once it was read to its end, all of the compressed data was decompressed. gzip alone may stop before, where something other
    /// than gzip follows; dpkg does not mind where the archive inside has ended by then.</summary>
    public bool IsWhole => gzip?.IsRight() ?? true;

    /// <summary>Whether an exception is a decoder's and not already the room's own or the machine's.</summary>
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

    /// <summary>Refuses what the limit leaves no room for.</summary>
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
