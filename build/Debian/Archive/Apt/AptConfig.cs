using System.Text;

namespace BusyboxGlibc.Debian.Archive.Apt;

/// <summary>
/// The host's apt configuration, apt.conf(5): scopes in braces or with colons, later values override earlier ones, three kinds of comment. Only plain
/// values are kept; lists are not needed here.
/// </summary>
internal sealed class AptConfig
{
    private const int LargestFile = 1 << 20;

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    private AptConfig()
    {
    }

    /// <summary>Reads the files in apt's order: those of <c>apt.conf.d</c> by name, then <c>apt.conf</c>.</summary>
    public static AptConfig Read(IHostFiles host)
    {
        var config = new AptConfig();
        foreach (var path in host.List("/etc/apt/apt.conf.d").Where(IsRead).Append("/etc/apt/apt.conf"))
        {
            config.Parse(host.Read(path) ?? string.Empty);
        }

        return config;
    }

    /// <summary>Returns a value by its full name, <c>Acquire::http::Proxy</c>; null if it is not set.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Whether a value means "no" by apt's rules for truth values.</summary>
    public bool IsOff(string name) => this[name]?.ToLowerInvariant() is "false" or "no" or "0" or "off" or "without" or "disable";

    // These folders may contain backup files of editors and of dpkg.
    private static bool IsRead(string path) =>
        Path.GetFileName(path) is var name
        && !name.StartsWith('.')
        && (name.EndsWith(".conf", StringComparison.Ordinal) || name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'));

    private void Parse(string text)
    {
        var scopes = new Stack<string>();
        var words = new List<string>();
        foreach (var (token, isMark) in Tokens(text.Length > LargestFile ? text[..LargestFile] : text))
        {
            switch (isMark ? token : string.Empty)
            {
                case "{":
                    scopes.Push(words.Count > 0 ? Join(scopes, words[0]) : scopes.TryPeek(out var outer) ? outer : string.Empty);
                    words.Clear();
                    break;
                case "}":
                    scopes.TryPop(out _);
                    words.Clear();
                    break;
                case ";":
                    if (words.Count >= 2)
                    {
                        _values[Join(scopes, words[0])] = words[1];
                    }

                    words.Clear();
                    break;
                default:
                    words.Add(token);
                    break;
            }
        }
    }

    private static string Join(Stack<string> scopes, string name) => scopes.TryPeek(out var scope) && scope.Length > 0 ? $"{scope}::{name}" : name;

    private static IEnumerable<(string Token, bool IsMark)> Tokens(string text)
    {
        var word = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            var isComment = letter == '#' || (letter == '/' && word.Length == 0 && at + 1 < text.Length && text[at + 1] is '/' or '*');
            if (!isComment && !char.IsWhiteSpace(letter) && letter is not ('"' or '{' or '}' or ';'))
            {
                word.Append(letter);
                continue;
            }

            if (word.Length > 0)
            {
                yield return (word.ToString(), false);
                word.Clear();
            }

            if (letter == '"')
            {
                var close = text.IndexOf('"', at + 1);
                close = close < 0 ? text.Length : close;
                yield return (text[(at + 1)..close], false);
                at = close;
            }
            else if (isComment)
            {
                var isBlock = letter == '/' && text[at + 1] == '*';
                var end = text.IndexOf(isBlock ? "*/" : "\n", at, StringComparison.Ordinal);
                at = end < 0 ? text.Length : end + (isBlock ? 1 : 0);
            }
            else if (letter is '{' or '}' or ';')
            {
                yield return (letter.ToString(), true);
            }
        }

        if (word.Length > 0)
        {
            yield return (word.ToString(), false);
        }
    }
}
