namespace BusyboxGlibc.Debian.Suite;

/// <summary>
/// The lines of a file that is being made, in a few large arrays: an index has a hundred thousand, and with an array for each of them the collector would
/// take as long as everything else.
/// </summary>
internal sealed class LineBuffer
{
    private const int Chunk = 1 << 20;

    private readonly List<byte[]> _chunks = [];
    private readonly List<(int Chunk, int Start, int Length)> _lines = [];
    private int _used = Chunk;

    /// <summary>How many lines were added.</summary>
    public int Count => _lines.Count;

    /// <summary>A line.</summary>
    /// <param name="line">Its number in the order of adding, from 0.</param>
    public ReadOnlySpan<byte> this[int line] => Text(_lines[line]);

    /// <summary>Adds a line.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        if (_used + line.Length > (_chunks.Count == 0 ? 0 : _chunks[^1].Length))
        {
            _chunks.Add(GC.AllocateUninitializedArray<byte>(Math.Max(Chunk, line.Length)));
            _used = 0;
        }

        line.CopyTo(_chunks[^1].AsSpan(_used));
        _lines.Add((_chunks.Count - 1, _used, line.Length));
        _used += line.Length;
    }

    /// <summary>Replaces lines by empty ones, which are not written.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    public void Remove(int first, int count)
    {
        for (var line = first; line < first + count; line++)
        {
            _lines[line] = default;
        }
    }

    /// <summary>The numbers of the lines in bytewise order, without empty ones, and of equal ones the first in that order.</summary>
    public IEnumerable<int> Sorted()
    {
        var order = Enumerable.Range(0, _lines.Count).Where(line => _lines[line].Length > 0).ToArray();
        Array.Sort(order, (left, right) => this[left].SequenceCompareTo(this[right]));
        for (var at = 0; at < order.Length; at++)
        {
            if (at == 0 || !this[order[at]].SequenceEqual(this[order[at - 1]]))
            {
                yield return order[at];
            }
        }
    }

    private ReadOnlySpan<byte> Text((int Chunk, int Start, int Length) line) => _chunks.Count == 0 ? [] : _chunks[line.Chunk].AsSpan(line.Start, line.Length);
}
