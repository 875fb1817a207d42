using System.Buffers;

namespace BusyboxGlibc.Formats.Xz;

/// <summary>
/// The memory for decoding packages, reused from one to the next: hundreds of windows of several megabytes would cost more time in the garbage
/// collector than in the decoder. Unlike the shared pool, it keeps a few arrays per process, not per thread.
/// </summary>
internal static class DecodingMemory
{
    // The number of packages decoded concurrently on a small machine.
    private const int MostOfASize = 2;

    // The window of a package compressed with xz -6, as nearly all are. The 64 MB for an index are not worth keeping.
    private const int LargestKept = 1 << 24;

    private static readonly ArrayPool<byte> _pool = ArrayPool<byte>.Create(LargestKept, MostOfASize);

    /// <summary>Rents an array of at least that many bytes; its content is undefined.</summary>
    internal static byte[] Rent(int size) => _pool.Rent(size);

    /// <summary>Returns a rented array.</summary>
    internal static void Return(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            _pool.Return(bytes);
        }
    }
}
