using System.Text;

namespace BusyboxGlibc.Reports.Completion;

/// <summary>
/// Completion for bash 3.2 (macOS) and later, without the package bash-completion. See <c>Programmable Completion</c> in bash(1).
/// </summary>
internal static class BashCompletion
{
    /// <summary>The script.</summary>
    public static string Of(IReadOnlyList<CompletionWord> words)
    {
        var cases = new StringBuilder();
        foreach (var group in words.Where(word => word.Values.Count > 0).GroupBy(word => (Values: string.Join(' ', word.Values.Select(value => value.Value)), word.IsList)))
        {
            cases.Append($"        {string.Join('|', group.Select(word => "--" + word.Name))}) {(group.Key.IsList ? "list=1 " : string.Empty)}words='{group.Key.Values}' ;;\n");
        }

        cases.Append($"        {string.Join('|', words.Where(word => word.TakesFiles).Select(word => "--" + word.Name))}) files=1 ;;\n");
        var arguments = words.SelectMany(word => word.IsSwitch ? ["--" + word.Name] : new[] { $"--{word.Name}=" });
        return Script.Replace("@CASES@\n", cases.ToString(), StringComparison.Ordinal).Replace("@ARGUMENTS@", string.Join(' ', arguments), StringComparison.Ordinal);
    }

    // Blanks after finished words are added here, since bash 3.2 cannot switch them off for a single completion. Where the equals sign or the colon
    // breaks words, as they do by default, readline replaces only what follows the last of them.
    private const string Script = """
        # Completion of build.sh for bash: in ~/.bashrc,
        #   eval "$(./build.sh --target=Completion --shell=bash)"
        _busybox_glibc() {
            local line=${COMP_LINE:0:COMP_POINT}
            local typed=${line##*[[:space:]]}
            local name=${typed%%=*} value=${typed#*=} words='' list='' files='' lead='' each=''
            local IFS=$' \t\n'
            COMPREPLY=()
            if [[ $typed != --*=* ]]; then
                for each in $(compgen -W '@ARGUMENTS@' -- "$typed"); do
                    [[ $each == *= ]] || each+=' '
                    COMPREPLY+=("$each")
                done
                return
            fi

            case $name in
        @CASES@
            esac
            if [[ $list$files && $value == *,* ]]; then
                lead=${value%,*},
                value=${value##*,}
            fi
            if [[ $list && $value == [+-]* ]]; then
                lead+=${value:0:1}
                value=${value:1}
            fi
            if [[ $files ]]; then
                IFS=$'\n'
                for each in $(compgen -f -- "$value"); do
                    if [[ -d $each ]]; then
                        COMPREPLY+=("$lead$(printf %q "$each")/")
                    else
                        COMPREPLY+=("$lead$(printf %q "$each") ")
                    fi
                done
            else
                for each in $(compgen -W "$words" -- "$value"); do
                    [[ $list ]] || each+=' '
                    COMPREPLY+=("$lead$each")
                done
            fi
            if [[ $COMP_WORDBREAKS != *=* ]]; then
                COMPREPLY=("${COMPREPLY[@]/#/$name=}")
            fi
        }
        complete -o nospace -F _busybox_glibc build.sh

        """;
}
