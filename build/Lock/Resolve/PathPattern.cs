using System.Text;
using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>A pattern of <see cref="BasePackage.Patterns"/>, matched against paths as in a merged /usr.</summary>
internal sealed class PathPattern
{
    private readonly Regex _regex;

    /// <summary>Parses a pattern: <c>*</c> matches any characters except a slash, <c>**</c> any characters, everything else itself.</summary>
    public PathPattern(string pattern)
    {
        var regex = new StringBuilder(@"\A");
        var text = MergedUsr.Of(pattern);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '*')
            {
                regex.Append(Regex.Escape(text[i].ToString()));
            }
            else if (i + 1 < text.Length && text[i + 1] == '*')
            {
                regex.Append(".*");
                i++;
            }
            else
            {
                regex.Append("[^/]*");
            }
        }

        // Without backtracking, every pattern matches in linear time.
        _regex = new Regex(regex.Append(@"\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.Singleline);
    }

    /// <summary>Whether a path, in either spelling, matches.</summary>
    public bool IsMatch(string path) => _regex.IsMatch(MergedUsr.Of(path));
}
