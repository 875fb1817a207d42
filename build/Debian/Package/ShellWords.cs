using System.Text;

namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// Splits a shell script into commands and words, as the sections "Token Recognition" and "Quoting" of the POSIX shell specify, without running
/// anything: every command counts, whatever its conditions, and those in a <c>for</c> loop once per word.
/// </summary>
internal static class ShellWords
{
    /// <summary>Returns the commands of a script, each as its words; null for a word with an unknown expansion.</summary>
    /// <param name="script">The script.</param>
    /// <param name="variables">Initial values; assignments of plain text add to them.</param>
    public static IEnumerable<List<string?>> Commands(string script, Dictionary<string, string> variables)
    {
        var words = new List<string?>();
        var loops = new ShellLoops(variables, script.Length);
        for (var at = 0; at < script.Length;)
        {
            var letter = script[at];
            if (letter is not (' ' or '\t' or '\r') && IsEnd(letter))
            {
                at++;
                if (Finish(words, variables) is { } command)
                {
                    at = loops.Next(command, at);
                    yield return command;
                }

                words = [];
            }
            else if (letter is ' ' or '\t' or '\r')
            {
                at++;
            }
            else if (letter == '#')
            {
                var end = script.IndexOf('\n', at);
                at = end < 0 ? script.Length : end;
            }
            else if (letter == '\\' && at + 1 < script.Length && script[at + 1] == '\n')
            {
                at += 2;
            }
            else
            {
                words.Add(Word(script, ref at, variables));
            }
        }

        if (Finish(words, variables) is { } last)
        {
            yield return last;
        }
    }

    private static bool IsEnd(char letter) => letter is ' ' or '\t' or '\r' or '\n' or ';' or '&' or '|' or '(' or ')' or '<' or '>' or '`';

    // Leading assignments are processed; the rest is the command.
    private static List<string?>? Finish(List<string?> words, Dictionary<string, string> variables)
    {
        var skipped = 0;
        foreach (var word in words)
        {
            var sign = word?.IndexOf('=', StringComparison.Ordinal) ?? -1;
            if (sign <= 0 || !word.AsSpan(0, sign).ContainsOnlyNameLetters())
            {
                break;
            }

            variables[word![..sign]] = word[(sign + 1)..];
            skipped++;
        }

        return skipped == words.Count ? null : words[skipped..];
    }

    private static string? Word(string script, ref int at, Dictionary<string, string> variables)
    {
        var text = new StringBuilder();
        var isKnown = true;
        var isQuoted = false;
        while (at < script.Length)
        {
            var letter = script[at];
            if (!isQuoted && IsEnd(letter))
            {
                break;
            }

            at++;
            switch (letter)
            {
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case '\'' when !isQuoted:
                    var end = script.IndexOf('\'', at);
                    end = end < 0 ? script.Length : end;
                    text.Append(script, at, end - at);
                    at = Math.Min(end + 1, script.Length);
                    break;
                case '\\' when at < script.Length:
                    text.Append(script[at] == '\n' ? string.Empty : script[at].ToString());
                    at++;
                    break;
                case '$':
                    var value = Expansion(script, ref at, variables);
                    isKnown &= value is not null;
                    text.Append(value);
                    break;
                default:
                    text.Append(letter);
                    break;
            }
        }

        return isKnown ? text.ToString() : null;
    }

    // Only $NAME and ${NAME} are known; others, such as ${NAME:-word} and $(command), are not.
    private static string? Expansion(string script, ref int at, Dictionary<string, string> variables)
    {
        var isBraced = at < script.Length && script[at] == '{';
        var start = isBraced ? at + 1 : at;
        var end = start;
        while (end < script.Length && (char.IsAsciiLetterOrDigit(script[end]) || script[end] == '_'))
        {
            end++;
        }

        if (isBraced)
        {
            var close = script.IndexOf('}', start);
            at = close < 0 ? script.Length : close + 1;
            return close == end ? variables.GetValueOrDefault(script[start..end]) : null;
        }

        at = end;
        return end == start ? null : variables.GetValueOrDefault(script[start..end]);
    }

    private static bool ContainsOnlyNameLetters(this ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '_')
            {
                return false;
            }
        }

        return !char.IsAsciiDigit(text[0]);
    }
}
