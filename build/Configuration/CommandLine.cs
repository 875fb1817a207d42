namespace BusyboxGlibc.Configuration;

/// <summary>Accepts spellings that users know from other tools and that have only one possible meaning.</summary>
internal static class CommandLine
{
    // Docker's spellings: --platform (singular), buildx's repeated --tag, those of docker run and of Dockerfiles for settings.
    private static readonly Dictionary<string, string> _spellings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["platform"] = OptionTable.Platforms.Argument,
        ["tags"] = OptionTable.Tags.Argument,
        ["label"] = OptionTable.Labels.Argument,
        ["expose"] = OptionTable.Ports.Argument,
        ["port"] = OptionTable.Ports.Argument,
        ["volume"] = OptionTable.Volumes.Argument,
        ["workdir"] = OptionTable.WorkingDirectory.Argument,
    };

    /// <summary>Rewrites a command line into the form that the host and the options read.</summary>
    /// <param name="words">The words as typed, without the program's name: <c>lock --platform linux/arm64</c>.</param>
    /// <param name="tasks">The names of the tasks.</param>
    /// <returns>The same words with switches only: <c>--target=Lock --platforms linux/arm64</c>. Unknown words stay, so that an error can report them.</returns>
    public static IReadOnlyList<string> Read(IReadOnlyList<string> words, IReadOnlyList<string> tasks)
    {
        // Words before the first switch cannot be the value of a switch.
        var leading = words.TakeWhile(word => !word.StartsWith('-')).ToList();
        var isHelp = leading is [var first, ..] && first.Equals("help", StringComparison.OrdinalIgnoreCase);
        // "build", as docker and most build tools have it, is what runs by default.
        string? Task(string word) => tasks.FirstOrDefault(task => task.Equals(word.Equals("build", StringComparison.OrdinalIgnoreCase) ? "Default" : word, StringComparison.OrdinalIgnoreCase));
        IEnumerable<string> switches = !isHelp
            ? leading.Select(word => Task(word) is { } task ? $"--target={task}" : word)
            : leading.Count == 1 ? ["--help"] : leading.Skip(1).Select(word => $"--help={Task(word) ?? word}");
        List<string> leadingSwitches = [.. switches];
        var keepsPush = AsksForSources([.. leadingSwitches, .. words.Skip(leading.Count)]);
        return [.. leadingSwitches, .. words.Skip(leading.Count).Select(word => keepsPush && IsPush(word) ? word : Respell(word))];
    }

    // Sources has a switch of docker's name.
    private static bool AsksForSources(IReadOnlyList<string> words) => words.Select((word, index) => word is "--target" or "-t" && index + 1 < words.Count ? $"--target={words[index + 1]}" : word)
        .Any(word => word.Equals("--target=Sources", StringComparison.OrdinalIgnoreCase));

    private static bool IsPush(string word) => word.Split('=')[0] == $"--{OptionTable.PushSources.Argument}";

    private static string Respell(string word)
    {
        // make's -j 4 and -j4.
        if (word.StartsWith("-j", StringComparison.Ordinal) && word.AsSpan(2).Trim("0123456789=:").IsEmpty)
        {
            return $"--{OptionTable.Jobs.Argument}{(word.Length > 2 ? $"={word[2..].TrimStart('=', ':')}" : string.Empty)}";
        }

        var end = word.AsSpan().IndexOfAny('=', ':') is var found and >= 0 ? found : word.Length;
        return word.StartsWith("--", StringComparison.Ordinal) && _spellings.TryGetValue(word[2..end], out var name) ? $"--{name}{word[end..]}" : DockerSwitches.Read(word);
    }
}
