using System.Text;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>
/// Removes quotes and escapes and replaces variables in the arguments of instructions (docs.docker.com/reference/dockerfile,
/// "Environment replacement"): <c>$NAME</c>, <c>${NAME}</c>, <c>${NAME:-word}</c> and <c>:+</c>, <c>:?</c> with and without the colon, and the
/// patterns <c>#</c>, <c>##</c>, <c>%</c>, <c>%%</c>, <c>/</c>, <c>//</c>. Malformed text throws a <see cref="FormatException"/>.
/// </summary>
internal sealed class DockerfileLexer
{
    private const int MostDepth = 64;

    private readonly string _text;
    private readonly char _escape;
    private readonly Func<string, string?>? _lookup;
    private readonly bool _isRaw;
    private readonly List<string> _words = [];
    private readonly StringBuilder _word = new();
    private bool _keepsEscapes;
    private int _depth;
    private int _at;

    // Without a lookup, variables stay as written; in raw mode, quotes and escapes do too.
    private DockerfileLexer(string text, char escape, Func<string, string?>? lookup, bool isRaw) =>
        (_text, _escape, _lookup, _isRaw, _keepsEscapes) = (text, escape, lookup, isRaw, isRaw);

    /// <summary>The text with variables replaced, and quotes and escapes removed.</summary>
    /// <param name="text">The text as written.</param>
    /// <param name="escape">The escape character.</param>
    /// <param name="lookup">Returns a variable's value, or null if it is not set.</param>
    public static string Expand(string text, char escape, Func<string, string?> lookup) => new DockerfileLexer(text, escape, lookup, isRaw: false).Read(null);

    /// <summary>The same, split into words at unquoted white space, including that in variables' values.</summary>
    public static IReadOnlyList<string> ExpandWords(string text, char escape, Func<string, string?> lookup) => new DockerfileLexer(text, escape, lookup, isRaw: false).ReadWords();

    /// <summary>The words of a shell line as written; none if it is malformed.</summary>
    public static IReadOnlyList<string> RawWords(string text)
    {
        try
        {
            return new DockerfileLexer(text, '\\', null, isRaw: true).ReadWords();
        }
        catch (FormatException)
        {
            return [];
        }
    }

    /// <summary>The word that ends a here-document, without its quotes; null if there is not exactly one.</summary>
    public static string? HeredocWord(string text) => new DockerfileLexer(text, '\\', null, isRaw: false).ReadWords() is [var only] ? only : null;

    private IReadOnlyList<string> ReadWords()
    {
        _ = Read(null);
        EndWord();
        return _words;
    }

    // Reads up to and including the end character, or to the end of the text.
    private string Read(char? end)
    {
        if (++_depth > MostDepth)
        {
            throw new FormatException("variables are nested too deeply");
        }

        var result = new StringBuilder();
        while (_at < _text.Length)
        {
            var letter = _text[_at];
            if (letter == end)
            {
                _at++;
                _depth--;
                return result.ToString();
            }

            switch (letter)
            {
                case '\'':
                    Put(result, SingleQuoted(), isWhole: true);
                    break;
                case '"':
                    Put(result, DoubleQuoted(), isWhole: true);
                    break;
                case '$':
                    Put(result, Variable(), isWhole: false);
                    break;
                case '<' when _text.AsSpan(_at).StartsWith("<<"):
                    Put(result, HeredocSign(), isWhole: true);
                    break;
                default:
                    Put(result, letter == _escape ? Escaped() : _text[_at++].ToString(), letter == _escape);
                    break;
            }
        }

        _depth--;
        return end is null ? result.ToString() : throw new FormatException($"a {end} is missing");
    }

    // White space that is quoted or escaped does not end a word; text inside a variable's braces is not split.
    private void Put(StringBuilder result, string piece, bool isWhole)
    {
        result.Append(piece);
        if (_depth > 1)
        {
            return;
        }

        foreach (var letter in piece)
        {
            if (!isWhole && char.IsWhiteSpace(letter))
            {
                EndWord();
            }
            else
            {
                _word.Append(letter);
            }
        }
    }

    private void EndWord()
    {
        if (_word.Length > 0)
        {
            _words.Add(_word.ToString());
            _word.Clear();
        }
    }

    // An escape at the very end escapes nothing and is dropped.
    private string Escaped()
    {
        _at++;
        var kept = _keepsEscapes ? _escape.ToString() : string.Empty;
        return _at < _text.Length ? kept + _text[_at++] : kept;
    }

    // White space between << and its word belongs to the word.
    private string HeredocSign()
    {
        var start = _at;
        _at += 2;
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r')
        {
            _at++;
        }

        return _text[start.._at];
    }

    private string SingleQuoted()
    {
        var end = _text.IndexOf('\'', _at + 1);
        if (end < 0)
        {
            throw new FormatException("a single quote is not closed");
        }

        var (start, quote) = (_at, _isRaw ? 0 : 1);
        _at = end + 1;
        return _text[(start + quote)..(_at - quote)];
    }

    // Between double quotes only ", $ and the escape character can be escaped (sh(1), Double Quotes).
    private string DoubleQuoted()
    {
        var result = new StringBuilder(_isRaw ? "\"" : string.Empty);
        _at++;
        while (_at < _text.Length)
        {
            var letter = _text[_at];
            if (letter == '"')
            {
                _at++;
                return result.Append(_isRaw ? "\"" : string.Empty).ToString();
            }

            if (letter == '$')
            {
                result.Append(Variable());
                continue;
            }

            _at++;
            if (letter == _escape)
            {
                result.Append(_keepsEscapes ? letter : null);
                if (_at == _text.Length)
                {
                    break;
                }

                letter = _text[_at] == '"' || _text[_at] == '$' || _text[_at] == _escape ? _text[_at++] : letter;
            }

            result.Append(letter);
        }

        throw new FormatException("a double quote is not closed");
    }

    private string Variable()
    {
        _at++;
        if (_at < _text.Length && _text[_at] == '{')
        {
            _at++;
            return Braced();
        }

        var name = Name();
        return name.Length == 0 ? "$" : Value(name) ?? (_lookup is null ? $"${name}" : string.Empty);
    }

    private string Braced()
    {
        if (_at == _text.Length)
        {
            throw new FormatException("a } is missing");
        }

        if (_text[_at] is '{' or '}' or ':')
        {
            throw new FormatException("a ${ has no name after it");
        }

        var name = Name();
        var sign = Next();
        if (sign == '}')
        {
            return Value(name) ?? (_lookup is null ? $"${{{name}}}" : string.Empty);
        }

        if (sign == '/')
        {
            return Replaced(name);
        }

        var orEmpty = sign == ':';
        sign = orEmpty ? Next() : sign;
        if (sign is not ('-' or '+' or '?' or '#' or '%') || (orEmpty && sign is '#' or '%'))
        {
            throw new FormatException($"${{{name}{(orEmpty ? ":" : string.Empty)}{sign} is not a substitution that Dockerfiles support");
        }

        var argument = Argument('}', isPattern: sign is '#' or '%');
        if (_lookup is null)
        {
            return $"${{{name}{(orEmpty ? ":" : string.Empty)}{sign}{argument}}}";
        }

        var value = Value(name);
        var isSet = value is not null && !(orEmpty && value.Length == 0);
        return sign switch
        {
            '-' => isSet ? value! : argument,
            '+' => isSet ? argument : string.Empty,
            '?' => isSet ? value! : throw new FormatException($"{name}: {(argument.Length > 0 ? argument : value is null ? "it is not set" : "it is empty")}"),
            _ => DockerfilePattern.Trim(value ?? string.Empty, argument, sign),
        };
    }

    private string Replaced(string name)
    {
        var all = _at < _text.Length && _text[_at] == '/';
        _at += all ? 1 : 0;
        var pattern = Argument('/', isPattern: true);
        var replacement = Argument('}', isPattern: true);
        return _lookup is null ? $"${{{name}/{(all ? "/" : string.Empty)}{pattern}/{replacement}}}" : DockerfilePattern.Replace(Value(name) ?? string.Empty, pattern, replacement, all);
    }

    // A pattern keeps its escapes, because they have a meaning in it.
    private string Argument(char end, bool isPattern)
    {
        var before = _keepsEscapes;
        _keepsEscapes = isPattern;
        var argument = Read(end);
        _keepsEscapes = before;
        return argument;
    }

    private char Next() => _at < _text.Length ? _text[_at++] : throw new FormatException("a } is missing");

    // Letters, digits and _; only digits if it starts with one; or one of the shell's special parameters.
    private string Name()
    {
        var start = _at;
        if (_at < _text.Length && char.IsDigit(_text[_at]))
        {
            while (_at < _text.Length && char.IsDigit(_text[_at]))
            {
                _at++;
            }
        }
        else if (_at < _text.Length && _text[_at] is '@' or '*' or '#' or '?' or '-' or '$' or '!')
        {
            _at++;
        }
        else
        {
            while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] == '_'))
            {
                _at++;
            }
        }

        return _text[start.._at];
    }

    private string? Value(string name) => _lookup?.Invoke(name);
}
