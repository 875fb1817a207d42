using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Foundation.Files;
using Microsoft.Win32.SafeHandles;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>
/// A file of lines sorted bytewise by the key before their first tab, searched on disk. It holds the needed parts of an index of a hundred megabytes,
/// so that a lookup costs a few reads and no memory. The first line names the format, the last one contains the checksum of everything before it, so
/// that damaged and incomplete files are detected.
/// </summary>
internal sealed class SortedLines : IDisposable
{
    private const string Header = "busybox-glibc sorted lines 1\n";
    private const int ChecksumLine = 65;
    private const int Block = 1 << 12;
    private const int LongestLine = 1 << 20;

    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly long _end;

    private SortedLines(SafeFileHandle handle, string path, long end)
    {
        _handle = handle;
        _path = path;
        _end = end;
    }

    /// <summary>Opens a file; returns null if it is absent or not complete.</summary>
    public static SortedLines? TryOpen(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var end = RandomAccess.GetLength(handle) - ChecksumLine;
            if (end >= Header.Length && IsWhole(handle, end))
            {
                var opened = new SortedLines(handle, path, end);
                handle = null;
                return opened;
            }

            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>Writes a file atomically. The lines contain no line feed and at least one tab, and are sorted here; of equal ones there is one in the file.</summary>
    public static void Write(string path, LineBuffer lines) => AtomicFile.Write(path, stream =>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new MemoryStream();
        buffer.Write(Encoding.ASCII.GetBytes(Header));
        foreach (var line in lines.Sorted())
        {
            buffer.Write(lines[line]);
            buffer.WriteByte((byte)'\n');
            if (buffer.Length > 1 << 18)
            {
                Flush(buffer, stream, hash);
            }
        }

        Flush(buffer, stream, hash);
        stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()) + "\n"));
    });

    /// <summary>Returns the lines whose key starts with <paramref name="prefix"/>, in order, as text.</summary>
    public IEnumerable<string> StartingWith(string prefix)
    {
        var wanted = Encoding.UTF8.GetBytes(prefix);
        var position = LowerBound(wanted);
        while (position < _end)
        {
            var line = ReadLine(position, out var next);
            if (!line.AsSpan().StartsWith(wanted))
            {
                yield break;
            }

            yield return Encoding.UTF8.GetString(line);
            position = next;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static void Flush(MemoryStream buffer, Stream stream, IncrementalHash hash)
    {
        var bytes = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        hash.AppendData(bytes);
        stream.Write(bytes);
        buffer.SetLength(0);
    }

    private static bool IsWhole(SafeFileHandle handle, long end)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 17];
        for (var position = 0L; position < end;)
        {
            var count = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - position)), position);
            if (count == 0 || (position == 0 && !buffer.AsSpan(0, count).StartsWith(Encoding.ASCII.GetBytes(Header))))
            {
                return false;
            }

            hash.AppendData(buffer.AsSpan(0, count));
            position += count;
        }

        var checksum = new byte[ChecksumLine];
        return RandomAccess.Read(handle, checksum, end) == ChecksumLine
            && Encoding.ASCII.GetString(checksum) == Convert.ToHexStringLower(hash.GetHashAndReset()) + "\n";
    }

    // The start of the first line that does not sort before the text.
    private long LowerBound(byte[] wanted)
    {
        var (low, high) = ((long)Header.Length, _end);
        while (low < high)
        {
            var middle = LineStart(low + ((high - low) / 2), low);
            var line = ReadLine(middle, out var next);
            if (line.AsSpan().SequenceCompareTo(wanted) < 0)
            {
                low = next;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private long LineStart(long position, long low)
    {
        var buffer = new byte[Block];
        while (position > low)
        {
            var from = Math.Max(low, position - Block);
            var count = RandomAccess.Read(_handle, buffer.AsSpan(0, (int)(position - from)), from);
            var feed = buffer.AsSpan(0, count).LastIndexOf((byte)'\n');
            if (feed >= 0)
            {
                return from + feed + 1;
            }

            position = from;
        }

        return low;
    }

    private byte[] ReadLine(long position, out long next)
    {
        var line = new byte[Block];
        var length = 0;
        while (length < LongestLine)
        {
            if (length == line.Length)
            {
                Array.Resize(ref line, line.Length * 2);
            }

            var count = RandomAccess.Read(_handle, line.AsSpan(length), position + length);
            var feed = line.AsSpan(length, count).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                next = position + length + feed + 1;
                return line[..(length + feed)];
            }

            if (count == 0)
            {
                break;
            }

            length += count;
        }

        throw new DebianException($"{_path} is damaged", why: "a line is not terminated", next: "delete it, then run the command again");
    }
}
