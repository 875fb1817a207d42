using System.Text;

namespace BusyboxGlibc.Formats.Gconv;

/// <summary>
/// The string table of the cache: each string ends with NUL, one that is the end of another is not stored again, offset 0 is the empty string. The
/// order is that of iconvconfig(8), a tree that is not balanced, by the strings read backwards, so that the bytes are the same.
/// </summary>
internal sealed class GconvStrings
{
    private readonly Item _empty = new(string.Empty);
    private Item? _root;

    /// <summary>A string of the table.</summary>
    /// <param name="text">Its text, Latin-1.</param>
    internal sealed class Item(string text)
    {
        /// <summary>Its text.</summary>
        public string Text { get; } = text;

        /// <summary>Its offset in the table, after <see cref="Finish"/>.</summary>
        public int Offset { get; set; }

        internal Item? Left { get; set; }

        internal Item? Right { get; set; }

        // The next shorter or longer string that this one ends with.
        internal Item? Next { get; set; }
    }

    /// <summary>Adds a string, or finds it.</summary>
    public Item Add(string text)
    {
        if (text.Length == 0)
        {
            return _empty;
        }

        Item? parent = null;
        var isLeft = false;
        for (var at = _root; at is not null; at = isLeft ? at.Left : at.Right)
        {
            var order = CompareEnds(at.Text, text);
            if (order == 0)
            {
                return Join(at, text, parent, isLeft);
            }

            (parent, isLeft) = (at, order > 0);
        }

        return Put(new Item(text), parent, isLeft);
    }

    /// <summary>Sets all offsets.</summary>
    /// <returns>The bytes of the table.</returns>
    public byte[] Finish()
    {
        var table = new List<byte> { 0 };
        var open = new Stack<Item>();
        for (var at = _root; at is not null || open.Count > 0; at = at.Right)
        {
            for (; at is not null; at = at.Left)
            {
                open.Push(at);
            }

            at = open.Pop();
            at.Offset = table.Count;
            table.AddRange(Encoding.Latin1.GetBytes(at.Text));
            table.Add(0);
            for (var end = at.Next; end is not null; end = end.Next)
            {
                end.Offset = at.Offset + at.Text.Length - end.Text.Length;
            }
        }

        return [.. table];
    }

    // One of both is the end of the other, or they are equal.
    private Item Join(Item found, string text, Item? parent, bool isLeft)
    {
        if (found.Text.Length < text.Length)
        {
            return Put(new Item(text) { Next = found, Left = found.Left, Right = found.Right }, parent, isLeft);
        }

        for (var end = found; end is not null; end = end.Next)
        {
            if (end.Text.Length == text.Length)
            {
                return end;
            }
        }

        return found.Next = new Item(text) { Next = found.Next };
    }

    private Item Put(Item item, Item? parent, bool isLeft)
    {
        if (parent is null)
        {
            return _root = item;
        }

        return isLeft ? parent.Left = item : parent.Right = item;
    }

    // Backwards, up to the length of the shorter one.
    private static int CompareEnds(string one, string other)
    {
        for (var at = 1; at <= Math.Min(one.Length, other.Length); at++)
        {
            if (one[^at] != other[^at])
            {
                return one[^at] - other[^at];
            }
        }

        return 0;
    }
}
