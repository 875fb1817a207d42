using System.Text;

namespace BusyboxGlibc.Debian;

/// <summary>
/// Reads deb822(5) stanzas from a UTF-8 stream, one at a time, holding only one in memory. Only the requested fields are kept, so a large index costs
/// no more than the fields read from it.
/// </summary>
/// <param name="stream">The text.</param>
/// <param name="name">Name for error messages.</param>
/// <param name="wanted">The fields to keep; null for all.</param>
internal sealed class Deb822Reader(Stream stream, string name, IReadOnlyList<string>? wanted = null)
{
    private const int LargestStanza = 1 << 22;

    private readonly byte[][]? _wantedNames = wanted is null ? null : [.. wanted.Select(field => Encoding.ASCII.GetBytes(field.ToLowerInvariant()))];
    private readonly List<(string Name, int Wanted, int Start, int End)> _kept = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly ByteLineReader _lines = new(stream, name);

    // The values of the kept fields, one after the other: an index has half a million of them, and most are only copied.
    private byte[] _text = new byte[1 << 12];
    private int _length;
    private Dictionary<string, string>? _fields;

    /// <summary>The fields of the current stanza: names are case-insensitive, continuation lines are joined by line feeds.</summary>
    public IReadOnlyDictionary<string, string> Fields =>
        _fields ??= _kept.ToDictionary(kept => kept.Name, kept => Encoding.UTF8.GetString(_text, kept.Start, kept.End - kept.Start), StringComparer.OrdinalIgnoreCase);

    /// <summary>The number of the line last read, from 1.</summary>
    public long LineNumber => _lines.LineNumber;

    /// <summary>The value of a requested field of the current stanza, valid until the next one is read; empty if the field is absent.</summary>
    /// <param name="field">The place of the field among those requested.</param>
    public ReadOnlySpan<byte> Value(int field)
    {
        foreach (var (_, kept, start, end) in _kept)
        {
            if (kept == field)
            {
                return _text.AsSpan(start, end - start);
            }
        }

        return [];
    }

    /// <summary>Advances to the next stanza.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="DebianException">A line is not deb822, or is too long.</exception>
    public bool Read()
    {
        _kept.Clear();
        _names.Clear();
        _fields = null;
        _length = 0;
        var size = 0;
        var isInside = false;
        var isKept = false;
        while (_lines.TryRead(out var line))
        {
            if (line.IsEmpty || line.Trim(" \t"u8).IsEmpty)
            {
                if (isInside)
                {
                    break;
                }

                continue;
            }

            var isContinued = line[0] is (byte)' ' or (byte)'\t';
            if (!isInside && isContinued)
            {
                throw _lines.Wrong("a stanza starts with a continuation line");
            }

            isInside = true;
            size += line.Length;
            if (size > LargestStanza)
            {
                throw _lines.Wrong($"a stanza is larger than {LargestStanza} bytes");
            }

            if (!isContinued)
            {
                isKept = ReadField(line);
            }
            else if (isKept)
            {
                Append("\n"u8);
                Append(line[1..]);
                _kept[^1] = _kept[^1] with { End = _length };
            }
        }

        return isInside;
    }

    private bool ReadField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].IndexOfAny((byte)' ', (byte)'\t') >= 0)
        {
            throw _lines.Wrong("a line has no field name");
        }

        var place = PlaceOf(line[..colon]);
        if (place < 0 && wanted is not null)
        {
            return false;
        }

        var field = place < 0 ? Encoding.ASCII.GetString(line[..colon]) : wanted![place];
        if (place < 0 ? !_names.Add(field) : IsKept(place))
        {
            throw _lines.Wrong($"the field {Encoding.ASCII.GetString(line[..colon])} occurs twice in a stanza");
        }

        var start = _length;
        Append(line[(colon + 1)..].Trim(" \t"u8));
        _kept.Add((field, place, start, _length));
        return true;
    }

    private bool IsKept(int field)
    {
        foreach (var (_, kept, _, _) in _kept)
        {
            if (kept == field)
            {
                return true;
            }
        }

        return false;
    }

    private int PlaceOf(ReadOnlySpan<byte> field)
    {
        for (var place = 0; place < _wantedNames?.Length; place++)
        {
            if (_wantedNames[place].Length == field.Length && Ascii.EqualsIgnoreCase(_wantedNames[place], field))
            {
                return place;
            }
        }

        return -1;
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        if (_text.Length - _length < text.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + text.Length));
        }

        text.CopyTo(_text.AsSpan(_length));
        _length += text.Length;
    }
}
