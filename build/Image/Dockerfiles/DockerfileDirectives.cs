using System.Text.RegularExpressions;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>
/// The parser directives <c># syntax=</c>, <c># escape=</c> and <c># check=</c>: comments in the first lines of a Dockerfile, up to
/// the first line that is not a directive (docs.docker.com/reference/dockerfile, "Parser directives").
/// </summary>
internal sealed partial class DockerfileDirectives
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private bool _isOver;

    /// <summary>The requested frontend, or null.</summary>
    public string? Syntax => _values.GetValueOrDefault("syntax");

    /// <summary>The character that escapes other characters and continues lines.</summary>
    public char Escape => _values.TryGetValue("escape", out var escape) ? escape[0] : '\\';

    /// <summary>Processes a line without leading blanks; returns whether it is a directive.</summary>
    /// <exception cref="FormatException">It occurs twice, or its value is invalid.</exception>
    public bool Take(string line)
    {
        if (_isOver)
        {
            return false;
        }

        var match = DirectivePattern().Match(line);
        var name = match.Groups[1].Value.ToLowerInvariant();
        if (!match.Success || name is not ("syntax" or "escape" or "check"))
        {
            _isOver = true;
            return false;
        }

        var value = match.Groups[2].Value;
        if (!_values.TryAdd(name, value))
        {
            throw new FormatException($"the directive {name} appears twice");
        }

        return name != "escape" || value is "\\" or "`" ? true : throw new FormatException("the escape character can only be \\ or `");
    }

    [GeneratedRegex(@"\A#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex DirectivePattern();
}
