using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Configuration;

/// <summary>Sets keys in the text of a <c>cake.config</c>, and changes nothing else of it.</summary>
internal static class ConfigText
{
    /// <summary>Sets the value of an option: in the line that sets it, otherwise in the first that has it as a comment (<c>;Key=default</c>), otherwise in a new line of its section.</summary>
    /// <param name="text">The text.</param>
    /// <param name="option">The option.</param>
    /// <param name="value">Its value, as it is written in the file.</param>
    /// <exception cref="BuildException">The file cannot have that value, or the option no place in it.</exception>
    public static string Set(string text, Option option, string value)
    {
        ArgumentNullException.ThrowIfNull(option);
        if (option.Section is null || value.AsSpan().IndexOfAny('\r', '\n') >= 0 || value.Contains('=', StringComparison.Ordinal))
        {
            throw new BuildException($"cake.config cannot have {option.Name}={value.ReplaceLineEndings(" ")}", why: "it is the value of an argument alone, or has an equals sign or a line break");
        }

        var end = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        List<string> lines = [.. text.Split('\n').Select(line => line.TrimEnd('\r'))];
        var (section, header, own, comment) = (string.Empty, -1, -1, -1);
        for (var index = 0; index < lines.Count; index++)
        {
            var line = lines[index].Trim();
            if (line.StartsWith('[') && line.EndsWith(']'))
            {
                section = line[1..^1].Trim();
            }

            if (!section.Equals(option.Section, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            header = header < 0 ? index : header;
            own = own < 0 && Sets(line, option.Name) ? index : own;
            comment = comment < 0 && line.StartsWith(';') && Sets(line[1..], option.Name) ? index : comment;
        }

        var written = $"{option.Name}={value}";
        if (own >= 0 || comment >= 0)
        {
            lines[own >= 0 ? own : comment] = written;
        }
        else if (header >= 0)
        {
            lines.Insert(header + 1, written);
        }
        else
        {
            lines.InsertRange(lines is [.., ""] ? lines.Count - 1 : lines.Count, [$"[{option.Section}]", written]);
        }

        return string.Join(end, lines);
    }

    private static bool Sets(string line, string key) => line.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && line[..equals].Trim().Equals(key, StringComparison.OrdinalIgnoreCase);
}
