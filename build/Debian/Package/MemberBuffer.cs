using BusyboxGlibc.Formats.Xz;

namespace BusyboxGlibc.Debian.Package;

/// <summary>Holds one member of a package at a time, in memory that is reused for the next one.</summary>
internal sealed class MemberBuffer : IDisposable
{
    private byte[] _bytes = [];

    /// <summary>Reads a complete member. The buffer grows as bytes arrive, because the declared size may be wrong.</summary>
    /// <param name="content">The member's content.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <returns>The bytes, valid until the next call.</returns>
    /// <exception cref="EndOfStreamException">The content is shorter.</exception>
    public ReadOnlyMemory<byte> Read(Stream content, long size)
    {
        ArgumentNullException.ThrowIfNull(content);
        for (var filled = 0; filled < size;)
        {
            if (filled == _bytes.Length)
            {
                Grow(filled);
            }

            var room = (int)Math.Min(size, _bytes.Length);
            content.ReadExactly(_bytes.AsSpan(filled, room - filled));
            filled = room;
        }

        return _bytes.AsMemory(0, (int)size);
    }

    /// <summary>Releases the memory.</summary>
    public void Dispose()
    {
        DecodingMemory.Return(_bytes);
        _bytes = [];
    }

    private void Grow(int filled)
    {
        var larger = DecodingMemory.Rent(Math.Max(1 << 16, (int)Math.Min(2L * _bytes.Length, Array.MaxLength)));
        _bytes.AsSpan(0, filled).CopyTo(larger);
        Dispose();
        _bytes = larger;
    }
}
