namespace BusyboxGlibc.Rootfs;

/// <summary>Takes the large contents of a tar that is read, so that an image's files need not all be in memory.</summary>
internal interface ITarContents
{
    /// <summary>From how many bytes on a content is handed over; smaller ones are held in memory.</summary>
    static int Large => 1 << 16;

    /// <summary>Takes one content.</summary>
    /// <param name="tar">Read by exactly so many bytes.</param>
    /// <param name="size">How many.</param>
    /// <exception cref="EndOfStreamException">The tar ends before.</exception>
    ReadOnlyMemory<byte> Take(Stream tar, int size);
}
