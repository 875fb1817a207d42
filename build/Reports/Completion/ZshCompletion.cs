using System.Text;

namespace BusyboxGlibc.Reports.Completion;

/// <summary>Completion for zsh, by its <c>_arguments</c>. See zshcompsys(1).</summary>
internal static class ZshCompletion
{
    /// <summary>The script.</summary>
    public static string Of(IReadOnlyList<CompletionWord> words)
    {
        var text = new StringBuilder("""
            #compdef build.sh
            # Completion of build.sh for zsh: in ~/.zshrc, after compinit,
            #   eval "$(./build.sh --target=Completion --shell=zsh)"
            _busybox_glibc_targets() {
                local -a targets=(

            """);
        foreach (var (value, description) in words[0].Values)
        {
            text.Append("        ").Append(Quoted($"{value}:{description}")).Append('\n');
        }

        text.Append("""
                )
                _describe target targets
            }
            _busybox_glibc() {
                _arguments -S \

            """);
        text.AppendJoin(" \\\n", words.Select(word => "        " + Quoted(Specification(word, words[0]))));
        return text.Append("""

            }
            compdef _busybox_glibc build.sh

            """).ToString();
    }

    private static string Specification(CompletionWord word, CompletionWord target)
    {
        var values = string.Join(' ', word.Values.Select(value => value.Value));
        var action =
            ReferenceEquals(word.Values, target.Values) ? "_busybox_glibc_targets"
            : word.TakesFiles ? (word.IsList ? "_sequence _files" : "_files")
            : word.Values.Count == 0 ? string.Empty
            : word.IsList ? $"_sequence compadd - {values}"
            : $"({values})";
        return word.IsSwitch ? $"*--{word.Name}[{Escaped(word.Description)}]" : $"*--{word.Name}=-[{Escaped(word.Description)}]:value:{action}";
    }

    private static string Escaped(string description) =>
        description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
