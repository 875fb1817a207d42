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
    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);
    private readonly ByteLineReader _lines = new(stream, name);

    /// <summary>The fields of the current stanza: names are case-insensitive, continuation lines are joined by line feeds.</summary>
    public IReadOnlyDictionary<string, string> Fields => _fields;

    /// <summary>The number of the line last read, from 1.</summary>
    public long LineNumber => _lines.LineNumber;

    /// <summary>Advances to the next stanza.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="DebianException">A line is not deb822, or is too long.</exception>
    public bool Read()
    {
        _fields.Clear();
        var size = 0;
        var isInside = false;
        string? current = null;
        StringBuilder? continued = null;
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

            if (!isInside && (line[0] is (byte)' ' or (byte)'\t'))
            {
                throw _lines.Wrong("a stanza starts with a continuation line");
            }

            isInside = true;
            size += line.Length;
            if (size > LargestStanza)
            {
                throw _lines.Wrong($"a stanza is larger than {LargestStanza} bytes");
            }

            if (line[0] is (byte)' ' or (byte)'\t')
            {
                if (current is not null)
                {
                    continued ??= new StringBuilder(_fields[current]);
                    continued.Append('\n').Append(Encoding.UTF8.GetString(line[1..]));
                }

                continue;
            }

            Keep(current, continued);
            continued = null;
            current = ReadField(line);
        }

        Keep(current, continued);
        return isInside;
    }

    private string? ReadField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].IndexOfAny((byte)' ', (byte)'\t') >= 0)
        {
            throw _lines.Wrong("a line has no field name");
        }

        if (!IsWanted(line[..colon]))
        {
            return null;
        }

        var field = Encoding.ASCII.GetString(line[..colon]);
        return _fields.TryAdd(field, Encoding.UTF8.GetString(line[(colon + 1)..].Trim(" \t"u8)))
            ? field
            : throw _lines.Wrong($"the field {field} occurs twice in a stanza");
    }

    private bool IsWanted(ReadOnlySpan<byte> field)
    {
        if (_wantedNames is null)
        {
            return true;
        }

        foreach (var candidate in _wantedNames)
        {
            if (candidate.Length == field.Length && Ascii.EqualsIgnoreCase(candidate, field))
            {
                return true;
            }
        }

        return false;
    }

    private void Keep(string? field, StringBuilder? continued)
    {
        if (field is not null && continued is not null)
        {
            _fields[field] = continued.ToString();
        }
    }
}
