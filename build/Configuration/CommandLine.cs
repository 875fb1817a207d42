namespace BusyboxGlibc.Configuration;

/// <summary>Takes the spellings that people bring along from other tools and that can mean one thing only.</summary>
internal static class CommandLine
{
    // Docker's --platform and buildx's several --tag, in the number that the other option has here.
    private static readonly Dictionary<string, string> _spellings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["platform"] = OptionTable.Platforms.Argument,
        ["tags"] = OptionTable.Tags.Argument,
    };

    /// <summary>Writes a command line as the host and the options read it.</summary>
    /// <param name="words">The words as typed, without the program's name: <c>lock --platform linux/arm64</c>.</param>
    /// <param name="tasks">The names of the tasks.</param>
    /// <returns>The same with switches alone: <c>--target=Lock --platforms linux/arm64</c>. What means nothing stays for the error about it.</returns>
    public static IReadOnlyList<string> Read(IReadOnlyList<string> words, IReadOnlyList<string> tasks)
    {
        // Words before the first switch can be no switch's value.
        var leading = words.TakeWhile(word => !word.StartsWith('-')).ToList();
        var isHelp = leading is [var first, ..] && first.Equals("help", StringComparison.OrdinalIgnoreCase);
        var names = leading.Skip(isHelp ? 1 : 0).Select(word => tasks.FirstOrDefault(task => task.Equals(word, StringComparison.OrdinalIgnoreCase))).ToList();
        IEnumerable<string> switches = names.Contains(null)
            ? leading
            : isHelp && names.Count == 0 ? ["--help"] : names.Select(name => (isHelp ? "--help=" : "--target=") + name);
        return [.. switches, .. words.Skip(leading.Count).Select(Respell)];
    }

    private static string Respell(string word)
    {
        var end = word.AsSpan().IndexOfAny('=', ':') is var found and >= 0 ? found : word.Length;
        return word.StartsWith("--", StringComparison.Ordinal) && _spellings.TryGetValue(word[2..end], out var name) ? $"--{name}{word[end..]}" : word;
    }
}
