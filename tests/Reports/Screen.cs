using System.Globalization;

namespace BusyboxGlibc.Tests.Reports;

/// <summary>What a terminal would show after the text it was sent: the few control sequences that the board uses, and no others.</summary>
internal sealed class Screen
{
    private readonly List<string> _lines = [string.Empty];
    private int _row;
    private int _column;

    public Screen(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '\e')
            {
                var end = index + 2;
                while (!char.IsAsciiLetter(text[end]))
                {
                    end++;
                }

                Control(text[(index + 2)..end], text[end]);
                index = end;
            }
            else
            {
                Put(text[index]);
            }
        }
    }

    public bool CursorShown { get; private set; } = true;

    public bool Wraps { get; private set; } = true;

    public string[] Lines => [.. _lines.Select(line => line.TrimEnd()).Reverse().SkipWhile(line => line.Length == 0).Reverse()];

    private void Put(char character)
    {
        switch (character)
        {
            case '\n':
                _row++;
                _column = 0;
                if (_row == _lines.Count)
                {
                    _lines.Add(string.Empty);
                }

                break;
            case '\r':
                _column = 0;
                break;
            default:
                var line = _lines[_row].PadRight(_column + 1);
                _lines[_row] = line[.._column] + character + line[(_column + 1)..];
                _column++;
                break;
        }
    }

    private void Control(string parameters, char kind)
    {
        switch (kind, parameters)
        {
            case ('A', _):
                _row -= int.Parse(parameters, CultureInfo.InvariantCulture);
                Assert.That(_row, Is.Not.Negative, "the cursor went above what was written");
                break;
            case ('K', ""):
                _lines[_row] = _lines[_row][..Math.Min(_column, _lines[_row].Length)];
                break;
            case ('J', ""):
                _lines[_row] = _lines[_row][..Math.Min(_column, _lines[_row].Length)];
                _lines.RemoveRange(_row + 1, _lines.Count - _row - 1);
                break;
            case ('h' or 'l', "?25"):
                CursorShown = kind == 'h';
                break;
            case ('h' or 'l', "?7"):
                Wraps = kind == 'h';
                break;
            case ('h' or 'l', "?2026") or ('m', _):
                break;
            default:
                Assert.Fail($"unexpected control sequence {parameters}{kind}");
                break;
        }
    }
}
