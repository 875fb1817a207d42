using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration.Requirements;

/// <summary>
/// Reads <c>lib-requires.txt</c>: one requirement per line, <c>#</c> starts a comment. The grammar is in docs/design.md.
/// </summary>
internal static class RequirementFile
{
    private const string Example = "write one per line, like: libz";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="platforms">The platforms of the image.</param>
    /// <exception cref="ConfigurationException">The file does not exist, cannot be read, or contains an invalid line.</exception>
    public static IReadOnlyList<Requirement> Read(string path, IReadOnlyList<Platform> platforms)
    {
        var source = Path.GetFileName(path);
        var text = TextFile.Read(path, source)
            ?? throw new ConfigurationException($"there is no {source}", path, "it lists the libraries of the image", $"create it: {Example}");
        return Parse(text, source, platforms);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text, with or without a byte order mark.</param>
    /// <param name="source">The file's name, for errors and for <see cref="Requirement.Source"/>.</param>
    /// <param name="platforms">The platforms of the image: <see cref="Requirement.OnlyOn"/> contains no others.</param>
    /// <returns>The requirements in the order of the file, at least one.</returns>
    /// <exception cref="ConfigurationException">A line is invalid, two lines have the same requirement, or the file contains none.</exception>
    public static IReadOnlyList<Requirement> Parse(string text, string source, IReadOnlyList<Platform> platforms)
    {
        var requirements = new RequirementSet();
        foreach (var (index, line) in TextFile.Checked(text, source).Split('\n').Index())
        {
            var where = $"{source}:{index + 1}";
            var tokens = RequirementToken.Split(WithoutComment(line, where), where);
            if (tokens.Count > 0)
            {
                requirements.Add(new RequirementLine(RequirementKind.Library, tokens, source, index + 1).Parse(platforms));
            }
        }

        return requirements.Items.Count > 0
            ? requirements.Items
            : throw new ConfigurationException("nothing is required", source, "the file contains only blank lines and comments", Example);
    }

    private static string WithoutComment(string line, string where)
    {
        if (line.Length > TextFile.MaximumLine)
        {
            throw new ConfigurationException("the line is too long", where, $"more than {TextFile.MaximumLine} characters", Example);
        }

        foreach (var (index, character) in line.Index())
        {
            if (TextFile.IsControl(character))
            {
                throw new ConfigurationException(
                    $"the line has the control character {TextFile.Show(character)}", $"{where}:{index + 1}", next: "remove it: the file is plain text");
            }
        }

        var comment = line.IndexOf('#', StringComparison.Ordinal);
        if (comment < 0)
        {
            return line;
        }

        // An editor that uses CR as a line end shows the following text as a separate line; it must not be ignored as part of the comment.
        var hidden = line.AsSpan(comment).TrimEnd().IndexOf('\r');
        return hidden < 0
            ? line[..comment]
            : throw new ConfigurationException(
                "a comment hides what follows a CR", $"{where}:{comment + hidden + 1}", "lines end with LF or CRLF, not with CR alone", "save the file with LF line endings");
    }
}
