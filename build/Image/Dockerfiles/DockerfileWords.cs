using System.Buffers;
using System.Text;
using System.Text.Json;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>Parses the forms of instruction arguments and leaves quotes and variables as they are: <see cref="DockerfileLexer"/> handles those.</summary>
internal static class DockerfileWords
{
    /// <summary>The white space that separates an instruction from its arguments. Other Unicode white space there is part of a word.</summary>
    public static SearchValues<char> Blanks { get; } = SearchValues.Create("\t\v\f\r ");

    /// <summary>Splits off the flags, words that start with <c>--</c>, at the start of arguments.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="escape">The escape character.</param>
    /// <returns>The flags without quotes, and the text after them.</returns>
    public static (IReadOnlyList<string> Flags, string Tail) Flags(string arguments, char escape)
    {
        var flags = new List<string>();
        var rest = arguments.AsSpan().TrimStart();
        while (rest.StartsWith("--", StringComparison.Ordinal))
        {
            var flag = new StringBuilder();
            var quote = '\0';
            var at = 0;
            for (; at < rest.Length && (quote != '\0' || !char.IsWhiteSpace(rest[at])); at++)
            {
                if (quote == '\0' ? rest[at] is '"' or '\'' : rest[at] == quote)
                {
                    quote = quote == '\0' ? rest[at] : '\0';
                    continue;
                }

                at += rest[at] == escape && at + 1 < rest.Length ? 1 : 0;
                flag.Append(rest[at]);
            }

            rest = rest[at..].TrimStart();
            if (flag.ToString() == "--")
            {
                break;
            }

            flags.Add(flag.ToString());
        }

        return (flags, rest.Trim().ToString());
    }

    /// <summary>Arguments split at unquoted white space; quotes and escapes stay in the words.</summary>
    public static IReadOnlyList<string> Quoted(string arguments, char escape)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        for (var at = 0; at < arguments.Length; at++)
        {
            var letter = arguments[at];
            if (quote == '\0' && char.IsWhiteSpace(letter))
            {
                if (word.Length > 0)
                {
                    words.Add(word.ToString());
                    word.Clear();
                }

                continue;
            }

            if (letter == escape && quote != '\'')
            {
                if (at + 1 == arguments.Length)
                {
                    // There is no character left to escape.
                    break;
                }

                word.Append(letter).Append(arguments[++at]);
                continue;
            }

            if (quote == '\0' ? letter is '"' or '\'' : letter == quote)
            {
                quote = quote == '\0' ? letter : '\0';
            }

            word.Append(letter);
        }

        if (word.Length > 0)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    /// <summary>Arguments split at blanks, ignoring quotes.</summary>
    public static IReadOnlyList<string> Plain(string arguments) =>
        arguments.Split(['\t', '\v', '\f', '\r', ' '], StringSplitOptions.RemoveEmptyEntries);

    /// <summary><c>NAME=value</c> pairs, or the old form <c>NAME value</c>, in which the value is everything after the name.</summary>
    /// <exception cref="FormatException">They have neither form.</exception>
    public static IReadOnlyList<(string Name, string Value)> Pairs(string arguments, char escape)
    {
        var words = Quoted(arguments, escape);
        if (words.Count == 0)
        {
            throw new FormatException("it needs at least one NAME=value");
        }

        if (!words[0].Contains('=', StringComparison.Ordinal))
        {
            var blank = arguments.AsSpan().IndexOfAny(Blanks);
            return blank < 0
                ? throw new FormatException("it needs a name and a value, NAME=value")
                : [(arguments[..blank], arguments[blank..].TrimStart(['\t', '\v', '\f', '\r', ' ']))];
        }

        return [.. words.Select(word => word.IndexOf('=', StringComparison.Ordinal) switch
        {
            < 0 => throw new FormatException($"'{SafeText.Text(word)}' has no =; write a value with spaces in quotes, NAME=\"a value\""),
            0 => throw new FormatException("a name is empty"),
            var equals => (word[..equals], word[(equals + 1)..]),
        })];
    }

    /// <summary>The strings of a JSON list; null if the arguments are not a JSON list, and therefore in the shell form.</summary>
    /// <exception cref="FormatException">It is a JSON list with elements that are not strings.</exception>
    public static IReadOnlyList<string>? Json(string arguments)
    {
        if (!arguments.AsSpan().TrimStart().StartsWith("["))
        {
            return null;
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(arguments.TrimStart());
        }
        catch (JsonException)
        {
            return null;
        }

        using (document)
        {
            try
            {
                return document.RootElement.EnumerateArray().Select(item => item.GetString() ?? throw new FormatException("a list may contain only strings")).ToList();
            }
            catch (InvalidOperationException error)
            {
                throw new FormatException("a list may contain only strings", error);
            }
        }
    }
}
