using Microsoft.Win32.SafeHandles;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>Reads a region of an open file.</summary>
internal static class RegionOfFile
{
    /// <summary>Reads the bytes from a position.</summary>
    /// <exception cref="EndOfStreamException">The file ends before the end of the region.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] Read(SafeFileHandle file, long start, int length)
    {
        var bytes = new byte[length];
        for (var filled = 0; filled < length;)
        {
            var count = RandomAccess.Read(file, bytes.AsSpan(filled), start + filled);
            if (count == 0)
            {
                throw new EndOfStreamException();
            }

            filled += count;
        }

        return bytes;
    }
}
