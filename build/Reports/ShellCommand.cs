namespace BusyboxGlibc.Reports;

/// <summary>A command line for a POSIX shell, shown so that it can be copied.</summary>
internal static class ShellCommand
{
    /// <summary>
    /// The command in lines that fit: broken only between words, each line but the last with the shell's continuation, a backslash before the line's end. A word that is longer than a line
    /// stays whole.
    /// </summary>
    /// <param name="command">The command, quoted where necessary with single quotes.</param>
    /// <param name="width">The columns of a line.</param>
    /// <param name="indent">The columns by which the lines after the first one are indented.</param>
    public static IReadOnlyList<string> Lines(string command, int width, int indent)
    {
        var lines = new List<string>();
        var line = string.Empty;
        foreach (var word in Words(command))
        {
            if (line.Length > 0 && command.Length > width && line.Length + 1 + word.Length + " \\".Length > width)
            {
                lines.Add(line + " \\");
                line = new string(' ', indent) + word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        return [.. lines, line];
    }

    // Within quotes a backslash at the end of a line would be part of the word.
    private static IEnumerable<string> Words(string command)
    {
        var (start, isQuoted) = (0, false);
        for (var at = 0; at < command.Length; at++)
        {
            isQuoted ^= command[at] == '\'';
            if (command[at] == ' ' && !isQuoted)
            {
                yield return command[start..at];
                start = at + 1;
            }
        }

        yield return command[start..];
    }
}
