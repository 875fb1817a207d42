using System.Text;

namespace BusyboxGlibc.Formats.LoaderCache;

/// <summary>A table of NUL-ended strings in which one that another ends with takes no room: <c>libz.so.1</c> lies in <c>/lib/libz.so.1</c>.</summary>
internal sealed class SuffixTable
{
    private readonly Dictionary<string, int> _offsets = new(StringComparer.Ordinal);

    /// <summary>Lays the strings out by their reversed bytes, the greatest first, of two with one end the longer one first, as ldconfig does.</summary>
    internal SuffixTable(IEnumerable<string> texts)
    {
        var strings = texts.Distinct(StringComparer.Ordinal).Select(text => (Text: text, Bytes: Encoding.UTF8.GetBytes(text))).ToList();
        strings.Sort((left, right) => CompareReversed(left.Bytes, right.Bytes));
        using var table = new MemoryStream();
        byte[] before = [];
        var offset = 0;
        foreach (var (text, bytes) in strings)
        {
            if (before.AsSpan().EndsWith(bytes))
            {
                offset += before.Length - bytes.Length;
            }
            else
            {
                offset = (int)table.Length;
                table.Write(bytes);
                table.WriteByte(0);
            }

            _offsets.Add(text, offset);
            before = bytes;
        }

        Bytes = table.ToArray();
    }

    /// <summary>The table.</summary>
    internal byte[] Bytes { get; }

    /// <summary>Where a string begins.</summary>
    internal int Offset(string text) => _offsets[text];

    private static int CompareReversed(byte[] left, byte[] right)
    {
        var common = Math.Min(left.Length, right.Length);
        for (var at = 1; at <= common; at++)
        {
            var order = right[^at].CompareTo(left[^at]);
            if (order != 0)
            {
                return order;
            }
        }

        return right.Length.CompareTo(left.Length);
    }
}
