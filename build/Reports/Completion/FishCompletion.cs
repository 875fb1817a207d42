using System.Text;

namespace BusyboxGlibc.Reports.Completion;

/// <summary>Completion for fish 3 and later. See complete(1) of fish.</summary>
internal static class FishCompletion
{
    /// <summary>The script.</summary>
    public static string Of(IReadOnlyList<CompletionWord> words)
    {
        var text = new StringBuilder("""
            # Completion of build.sh for fish: in ~/.config/fish/config.fish,
            #   ./build.sh --target=Completion --shell=fish | source
            function __busybox_glibc_targets

            """);
        foreach (var (value, description) in words[0].Values)
        {
            text.Append($"    printf '%s\\t%s\\n' {value} {Quoted(description)}\n");
        }

        text.Append("""
            end
            complete -c build.sh -e
            complete -c build.sh -f

            """);
        foreach (var word in words)
        {
            text.Append($"complete -c build.sh -l {word.Name} -d {Quoted(word.Description)}{Values(word)}\n");
        }

        return text.ToString();
    }

    // -f: no files; -r: a value must follow; -x: both. A switch is complete without a value, which then is not offered.
    private static string Values(CompletionWord word)
    {
        if (word.IsSwitch)
        {
            return string.Empty;
        }

        var values = string.Join(' ', word.Values.Select(value => value.Value));
        return word.TakesFiles ? " -r -F"
            : word.Values.Count == 0 ? " -x"
            : word.IsList ? $" -x -a '(__fish_append , {values})'"
            : word.Values.Any(value => value.Description.Length > 0) ? " -x -a '(__busybox_glibc_targets)'"
            : $" -x -a '{values}'";
    }

    private static string Quoted(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
