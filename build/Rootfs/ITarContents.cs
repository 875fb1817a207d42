namespace BusyboxGlibc.Rootfs;

/// <summary>Stores the large contents of a tar that is read, so that an image's files need not all be in memory.</summary>
internal interface ITarContents
{
    /// <summary>The smallest size of contents that are passed on; smaller ones are kept in memory.</summary>
    static int Large => 1 << 16;

    /// <summary>Stores one content.</summary>
    /// <param name="tar">The stream to read exactly that many bytes from.</param>
    /// <param name="size">The number of bytes.</param>
    /// <exception cref="EndOfStreamException">The tar is shorter.</exception>
    ReadOnlyMemory<byte> Take(Stream tar, int size);
}
