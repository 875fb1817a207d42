using System.Text;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>
/// Takes quotes and escapes away and replaces variables in the arguments of instructions (docs.docker.com/reference/dockerfile,
/// "Environment replacement"): <c>$NAME</c>, <c>${NAME}</c>, <c>${NAME:-word}</c> and <c>:+</c>, <c>:?</c> with and without the colon, and the
/// patterns <c>#</c>, <c>##</c>, <c>%</c>, <c>%%</c>, <c>/</c>, <c>//</c>. Whatever is malformed is a <see cref="FormatException"/>.
/// </summary>
internal sealed class DockerfileLexer
{
    private const int MostDepth = 64;

    private readonly string text;
    private readonly char escape;
    private readonly Func<string, string?>? lookup;
    private readonly bool isRaw;
    private readonly List<string> words = [];
    private readonly StringBuilder word = new();
    private bool keepsEscapes;
    private int depth;
    private int at;

    // Without a lookup variables stay as they are written; raw, so do quotes and escapes.
    private DockerfileLexer(string text, char escape, Func<string, string?>? lookup, bool isRaw) =>
        (this.text, this.escape, this.lookup, this.isRaw, keepsEscapes) = (text, escape, lookup, isRaw, isRaw);

    /// <summary>The text with variables replaced, quotes and escapes taken away.</summary>
    /// <param name="text">As written.</param>
    /// <param name="escape">The escape character.</param>
    /// <param name="lookup">A variable's value, or null where it is not set.</param>
    public static string Expand(string text, char escape, Func<string, string?> lookup) => new DockerfileLexer(text, escape, lookup, isRaw: false).Read(null);

    /// <summary>The same, cut into words at the white space that stands in no quotes, that of variables' values included.</summary>
    public static IReadOnlyList<string> ExpandWords(string text, char escape, Func<string, string?> lookup) => new DockerfileLexer(text, escape, lookup, isRaw: false).ReadWords();

    /// <summary>The words of a shell's line as they are written; none where it is malformed.</summary>
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

    /// <summary>The word that ends a here-document, its quotes taken away; null where there is not exactly one.</summary>
    public static string? HeredocWord(string text) => new DockerfileLexer(text, '\\', null, isRaw: false).ReadWords() is [var only] ? only : null;

    private IReadOnlyList<string> ReadWords()
    {
        _ = Read(null);
        EndWord();
        return words;
    }

    // Up to the character that ends it, which is taken too, or to the end of the text.
    private string Read(char? end)
    {
        if (++depth > MostDepth)
        {
            throw new FormatException("variables are nested too deeply");
        }

        var result = new StringBuilder();
        while (at < text.Length)
        {
            var letter = text[at];
            if (letter == end)
            {
                at++;
                depth--;
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
                case '<' when text.AsSpan(at).StartsWith("<<"):
                    Put(result, HeredocSign(), isWhole: true);
                    break;
                default:
                    Put(result, letter == escape ? Escaped() : text[at++].ToString(), letter == escape);
                    break;
            }
        }

        depth--;
        return end is null ? result.ToString() : throw new FormatException($"a {end} is missing");
    }

    // What is quoted or escaped ends no word, whatever white space it has; inside of a variable's braces no words are made.
    private void Put(StringBuilder result, string piece, bool isWhole)
    {
        result.Append(piece);
        if (depth > 1)
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
                word.Append(letter);
            }
        }
    }

    private void EndWord()
    {
        if (word.Length > 0)
        {
            words.Add(word.ToString());
            word.Clear();
        }
    }

    // An escape at the very end escapes nothing and is dropped.
    private string Escaped()
    {
        at++;
        var kept = keepsEscapes ? escape.ToString() : string.Empty;
        return at < text.Length ? kept + text[at++] : kept;
    }

    // White space between << and its word belongs to the word.
    private string HeredocSign()
    {
        var start = at;
        at += 2;
        while (at < text.Length && text[at] is ' ' or '\t' or '\r')
        {
            at++;
        }

        return text[start..at];
    }

    private string SingleQuoted()
    {
        var end = text.IndexOf('\'', at + 1);
        if (end < 0)
        {
            throw new FormatException("a single quote has no end");
        }

        var (start, quote) = (at, isRaw ? 0 : 1);
        at = end + 1;
        return text[(start + quote)..(at - quote)];
    }

    // Between double quotes only ", $ and the escape character can be escaped (sh(1), Double Quotes).
    private string DoubleQuoted()
    {
        var result = new StringBuilder(isRaw ? "\"" : string.Empty);
        at++;
        while (at < text.Length)
        {
            var letter = text[at];
            if (letter == '"')
            {
                at++;
                return result.Append(isRaw ? "\"" : string.Empty).ToString();
            }

            if (letter == '$')
            {
                result.Append(Variable());
                continue;
            }

            at++;
            if (letter == escape)
            {
                result.Append(keepsEscapes ? letter : null);
                if (at == text.Length)
                {
                    break;
                }

                letter = text[at] == '"' || text[at] == '$' || text[at] == escape ? text[at++] : letter;
            }

            result.Append(letter);
        }

        throw new FormatException("a double quote has no end");
    }

    private string Variable()
    {
        at++;
        if (at < text.Length && text[at] == '{')
        {
            at++;
            return Braced();
        }

        var name = Name();
        return name.Length == 0 ? "$" : Value(name) ?? (lookup is null ? $"${name}" : string.Empty);
    }

    private string Braced()
    {
        if (at == text.Length)
        {
            throw new FormatException("a } is missing");
        }

        if (text[at] is '{' or '}' or ':')
        {
            throw new FormatException("a ${ has no name after it");
        }

        var name = Name();
        var sign = Next();
        if (sign == '}')
        {
            return Value(name) ?? (lookup is null ? $"${{{name}}}" : string.Empty);
        }

        if (sign == '/')
        {
            return Replaced(name);
        }

        var orEmpty = sign == ':';
        sign = orEmpty ? Next() : sign;
        if (sign is not ('-' or '+' or '?' or '#' or '%') || (orEmpty && sign is '#' or '%'))
        {
            throw new FormatException($"${{{name}{(orEmpty ? ":" : string.Empty)}{sign} is no substitution that a Dockerfile has");
        }

        var argument = Argument('}', isPattern: sign is '#' or '%');
        if (lookup is null)
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
        var all = at < text.Length && text[at] == '/';
        at += all ? 1 : 0;
        var pattern = Argument('/', isPattern: true);
        var replacement = Argument('}', isPattern: true);
        return lookup is null ? $"${{{name}/{(all ? "/" : string.Empty)}{pattern}/{replacement}}}" : DockerfilePattern.Replace(Value(name) ?? string.Empty, pattern, replacement, all);
    }

    // A pattern keeps its escapes, for they mean something in it.
    private string Argument(char end, bool isPattern)
    {
        var before = keepsEscapes;
        keepsEscapes = isPattern;
        var argument = Read(end);
        keepsEscapes = before;
        return argument;
    }

    private char Next() => at < text.Length ? text[at++] : throw new FormatException("a } is missing");

    // Letters, digits and _; digits alone where it starts with one; or one of the shell's special parameters.
    private string Name()
    {
        var start = at;
        if (at < text.Length && char.IsDigit(text[at]))
        {
            while (at < text.Length && char.IsDigit(text[at]))
            {
                at++;
            }
        }
        else if (at < text.Length && text[at] is '@' or '*' or '#' or '?' or '-' or '$' or '!')
        {
            at++;
        }
        else
        {
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_'))
            {
                at++;
            }
        }

        return text[start..at];
    }

    private string? Value(string name) => lookup?.Invoke(name);
}
