using System.Text;

namespace BusyboxGlibc.Tests.Documents;

/// <summary>A simple command of a shell.</summary>
/// <param name="Variables">The assignments before it.</param>
/// <param name="Words">The program and its arguments, without quotes; variables are as they are written.</param>
internal sealed record ShellCall(IReadOnlyList<string> Variables, IReadOnlyList<string> Words)
{
    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Words);
}

/// <summary>Splits what a reader types into simple commands: quotes, comments, pipes, lists, redirections and <c>$(...)</c>, as POSIX has them; no more, because a page should not have more.</summary>
internal sealed class ShellLine
{
    private readonly List<ShellCall> _calls = [];
    private readonly List<string> _words = [];
    private readonly string _text;
    private StringBuilder? _word;
    private bool _isRedirection;
    private int _at;

    private ShellLine(string text) => _text = text;

    /// <summary>The commands of a text, those of substitutions before the one that has them.</summary>
    /// <exception cref="FormatException">A quote or a parenthesis is open at its end.</exception>
    public static IReadOnlyList<ShellCall> Calls(string text)
    {
        var line = new ShellLine(text.Replace("\\\n", " ", StringComparison.Ordinal));
        line.Read(isInner: false);
        return line._calls;
    }

    private void Read(bool isInner)
    {
        while (_at < _text.Length)
        {
            var letter = _text[_at++];
            switch (letter)
            {
                case ')' when isInner:
                    EndCall();
                    return;
                case ' ' or '\t':
                    EndWord();
                    break;
                case '\n' or ';' or '|' or '&':
                    EndCall();
                    break;
                case '>' or '<':
                    EndWord();
                    _isRedirection = true;
                    break;
                case '#' when _word is null:
                    _at = _text.IndexOf('\n', _at) is var end and >= 0 ? end : _text.Length;
                    break;
                case '\'':
                    Word().Append(_text, _at, Find('\'') - _at);
                    _at = Find('\'') + 1;
                    break;
                case '"':
                    ReadQuoted();
                    break;
                case '\\' when _at < _text.Length:
                    Word().Append(_text[_at++]);
                    break;
                case '$' when _at < _text.Length && _text[_at] == '(':
                    Substitute();
                    break;
                default:
                    Word().Append(letter);
                    break;
            }
        }

        if (isInner)
        {
            throw new FormatException($"$( is open: {_text}");
        }

        EndCall();
    }

    private void ReadQuoted()
    {
        Word();
        for (var end = Find('"'); _at <= end;)
        {
            var letter = _text[_at++];
            if (letter == '$' && _text[_at] == '(')
            {
                Substitute();
                end = Find('"');
            }
            else if (letter == '\\' && _text[_at] is '"' or '\\' or '$' or '`')
            {
                Word().Append(_text[_at++]);
                end = Find('"');
            }
            else if (letter != '"')
            {
                Word().Append(letter);
            }
        }
    }

    private void Substitute()
    {
        var inner = new ShellLine(_text) { _at = _at + 1 };
        inner.Read(isInner: true);
        _calls.AddRange(inner._calls);
        Word().Append(_text, _at - 1, inner._at - _at + 1);
        _at = inner._at;
    }

    private int Find(char quote) => _text.IndexOf(quote, _at) is var end and >= 0 ? end : throw new FormatException($"{quote} is open: {_text}");

    private StringBuilder Word() => _word ??= new StringBuilder();

    private void EndWord()
    {
        if (_word is null)
        {
            return;
        }

        if (!_isRedirection)
        {
            _words.Add(_word.ToString());
        }

        (_word, _isRedirection) = (null, false);
    }

    private void EndCall()
    {
        EndWord();
        var variables = _words.TakeWhile(word => word.IndexOf('=', StringComparison.Ordinal) is var end and > 0 && word[..end].All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')).ToList();
        if (_words.Count > variables.Count)
        {
            _calls.Add(new ShellCall(variables, [.. _words.Skip(variables.Count)]));
        }

        _words.Clear();
    }
}
