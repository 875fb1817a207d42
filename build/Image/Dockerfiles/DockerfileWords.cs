using System.Buffers;
using System.Text;
using System.Text.Json;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>The forms that arguments of instructions have, quotes and variables left as they are: <see cref="DockerfileLexer"/> does those.</summary>
internal static class DockerfileWords
{
    /// <summary>What stands between an instruction and its arguments. Other white space of Unicode is part of a word there.</summary>
    public static SearchValues<char> Blanks { get; } = SearchValues.Create("\t\v\f\r ");

    /// <summary>Takes the flags, words that start with <c>--</c>, off the front of arguments.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="escape">The escape character.</param>
    /// <returns>The flags without quotes, and what follows them.</returns>
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

    /// <summary>Arguments as words between white space that stands in no quotes; quotes and escapes stay in the words.</summary>
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
                    // Nothing is left to be escaped.
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

    /// <summary>Arguments between blanks, whatever quotes they have.</summary>
    public static IReadOnlyList<string> Plain(string arguments) =>
        arguments.Split(['\t', '\v', '\f', '\r', ' '], StringSplitOptions.RemoveEmptyEntries);

    /// <summary><c>NAME=value</c> pairs, or the old form <c>NAME value</c>, in which the value is all that follows the name.</summary>
    /// <exception cref="FormatException">They are neither.</exception>
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
            < 0 => throw new FormatException($"'{SafeText.Text(word)}' has no =; a value with blanks stands in quotes, NAME=\"a value\""),
            0 => throw new FormatException("a name is empty"),
            var equals => (word[..equals], word[(equals + 1)..]),
        })];
    }

    /// <summary>The texts of a JSON list; null where the arguments are no JSON list, and so in the shell form.</summary>
    /// <exception cref="FormatException">It is a JSON list of other things than texts.</exception>
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
                return document.RootElement.EnumerateArray().Select(item => item.GetString() ?? throw new FormatException("a list may hold texts only")).ToList();
            }
            catch (InvalidOperationException error)
            {
                throw new FormatException("a list may hold texts only", error);
            }
        }
    }
}
