using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration;

/// <summary>
/// Reads the value of <c>Commands</c>: names separated by commas, semicolons or blanks. A name may have the same qualifiers as a line of
/// <c>lib-requires.txt</c>: <c>tc = iproute2 [linux/amd64] ?</c>.
/// </summary>
internal static class CommandList
{
    /// <summary>The commands, in the order written; none if the value is empty or <c>none</c>.</summary>
    /// <param name="value">The value as written.</param>
    /// <param name="source">The source of the value: a file, or <c>argument --commands</c>.</param>
    /// <param name="line">The line, or 0 if there is none.</param>
    /// <param name="platforms">The platforms of the image: <see cref="Requirement.OnlyOn"/> contains no others.</param>
    /// <exception cref="ConfigurationException">A name is invalid, or occurs twice for one platform.</exception>
    public static IReadOnlyList<Requirement> Parse(string value, string source, int line, IReadOnlyList<Platform> platforms)
    {
        if (ValueList.IsNone(value))
        {
            return [];
        }

        var where = line > 0 ? $"{source}:{line}" : source;
        if (value.Length > TextFile.MaximumLine)
        {
            throw new ConfigurationException("the list of commands is too long", where, $"more than {TextFile.MaximumLine} characters", $"write it like {OptionTable.Commands.Default}");
        }

        var commands = new RequirementSet();
        foreach (var entry in Split(value))
        {
            if (RequirementToken.Split(entry, where) is { Count: > 0 } tokens)
            {
                commands.Add(new RequirementLine(RequirementKind.Command, tokens, source, line).Parse(platforms));
            }
        }

        return commands.Items;
    }

    /// <summary>Splits outside brackets at every comma, semicolon and line end, and at a blank before another name; blanks replace the removed part, so that
    /// column numbers stay correct.</summary>
    internal static IEnumerable<string> Split(string value)
    {
        int start = 0, depth = 0;
        for (var at = 0; at <= value.Length; at++)
        {
            if (at == value.Length || (depth == 0 && (value[at] is ',' or ';' or '\n' || IsBetweenNames(value, start, at))))
            {
                yield return new string(' ', start) + value[start..at];
                start = at + 1;
            }
            else
            {
                depth = value[at] switch { '[' => 1, ']' => 0, _ => depth };
            }
        }
    }

    // "ip curl", but not "ip = iproute2", "ip [linux/amd64]" or "ip ?".
    private static bool IsBetweenNames(string value, int start, int at)
    {
        var before = value.AsSpan(start, at - start).Trim();
        var after = value.AsSpan(at).TrimStart();
        return char.IsWhiteSpace(value[at]) && before is [.., not '='] && after is [not ('=' or '[' or '(' or '?' or ',' or ';'), ..];
    }
}
