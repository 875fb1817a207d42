namespace BusyboxGlibc.Configuration;

/// <summary>
/// Paths on a command line are relative to the folder that one stands in, those of <c>cake.config</c> to the project. The build knows only the latter, and
/// a path that it records must not depend on the machine: so the former are rewritten as seen from the project.
/// </summary>
internal static class ArgumentPaths
{
    /// <summary>Rewrites the paths of a command line.</summary>
    /// <param name="words">The words of the command line.</param>
    /// <param name="options">The options.</param>
    /// <param name="current">The folder that one stands in.</param>
    /// <param name="project">The project's folder.</param>
    /// <param name="isNamed">Whether the project is named on the command line. If it is not, a path that exists in the project is the project's.</param>
    public static IReadOnlyList<string> Read(IReadOnlyList<string> words, IReadOnlyList<Option> options, string current, string project, bool isNamed)
    {
        if (string.Equals(current, project, StringComparison.Ordinal))
        {
            return words;
        }

        Option? open = null;
        var read = new List<string>(words.Count);
        foreach (var word in words)
        {
            if (!word.StartsWith("--", StringComparison.Ordinal) || word.Length == 2)
            {
                read.Add(open is null ? word : Rewrite(open, word));
                open = null;
                continue;
            }

            var end = word.AsSpan().IndexOfAny('=', ':') is var found and >= 0 ? found : word.Length;
            var option = options.FirstOrDefault(option => option.TakesFiles && option.Argument.AsSpan().Equals(word.AsSpan(2, end - 2), StringComparison.OrdinalIgnoreCase));
            read.Add(option is null || end == word.Length ? word : $"{word[..(end + 1)]}{Rewrite(option, word[(end + 1)..])}");
            open = end == word.Length ? option : null;
        }

        return read;

        string Rewrite(Option option, string value) => Seen(option, value, current, project, isNamed);
    }

    /// <summary>The value of an option as another folder sees it.</summary>
    /// <param name="option">The option.</param>
    /// <param name="value">Its value.</param>
    /// <param name="from">The folder that its paths are relative to.</param>
    /// <param name="to">The folder that they shall be relative to.</param>
    /// <param name="isFrom">Whether they are certainly relative to the former. If not, a path that exists in the latter stays.</param>
    public static string Seen(Option option, string value, string from, string to, bool isFrom)
    {
        return !option.IsList ? Path(value)
            : string.Join(option.Separator, value.Split(option.Separator).Select(path => option.TakesChanges && path is ['+' or '-', ..] ? path[0] + Path(path[1..]) : Path(path)));

        // What is written may also be an image in a registry, or a word such as none: only what is there, or can only be a path, is one.
        string Path(string path)
        {
            if (path.Length == 0 || System.IO.Path.IsPathFullyQualified(path) || path[0] == '~' || (!isFrom && Exists(to, path)))
            {
                return path;
            }

            var isPath = path is "." or ".." || path.StartsWith("./", StringComparison.Ordinal) || path.StartsWith("../", StringComparison.Ordinal);
            return (isFrom && isPath) || Exists(from, path) ? System.IO.Path.GetRelativePath(to, System.IO.Path.GetFullPath(path, from)).Replace('\\', '/') : path;
        }
    }

    // Of a path with placeholders or wildcards, the part before them.
    private static bool Exists(string folder, string path)
    {
        var end = path.AsSpan().IndexOfAny("{*?");
        var known = end < 0 ? path : path[..(path.LastIndexOf('/', end) + 1)];
        return known.Length > 0 && Path.Exists(Path.Combine(folder, known));
    }
}
