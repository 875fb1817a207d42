using System.Text;

namespace BusyboxGlibc.Formats.LoaderCache;

/// <summary>A table of NUL-terminated strings in which a suffix of another string takes no space: <c>libz.so.1</c> is inside <c>/lib/libz.so.1</c>.</summary>
internal sealed class SuffixTable
{
    private readonly Dictionary<string, int> _offsets = new(StringComparer.Ordinal);

    /// <summary>Lays out the strings by their reversed bytes, greatest first; of two strings with a common end, the longer one first, as in ldconfig.</summary>
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

    /// <summary>Returns the position of a string.</summary>
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
