using System.Buffers;

namespace BusyboxGlibc.Formats.Xz;

/// <summary>
/// The memory in which packages are decoded, used again from one to the next: hundreds of windows of megabytes would keep the garbage
/// collector busier than the decoder. Unlike the shared pool it keeps a few arrays for the process, not for each thread.
/// </summary>
internal static class DecodingMemory
{
    // As many packages as are decoded at once on a small machine.
    private const int MostOfASize = 2;

    // The window of a package made with xz -6, as nearly all are. What an index takes, 64 MB, is not worth keeping.
    private const int LargestKept = 1 << 24;

    private static readonly ArrayPool<byte> _pool = ArrayPool<byte>.Create(LargestKept, MostOfASize);

    /// <summary>At least so many bytes, with whatever was in them before.</summary>
    internal static byte[] Rent(int size) => _pool.Rent(size);

    /// <summary>Takes back what was rented.</summary>
    internal static void Return(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            _pool.Return(bytes);
        }
    }
}
