using System.Text;

namespace BusyboxGlibc.Reports.Completion;

/// <summary>Completion for PowerShell 7 and Windows PowerShell 5.1. See <c>Register-ArgumentCompleter</c>.</summary>
internal static class PowerShellCompletion
{
    /// <summary>The script.</summary>
    public static string Of(IReadOnlyList<CompletionWord> words)
    {
        var table = new StringBuilder();
        foreach (var word in words)
        {
            var values = word.Values.Select(value => $"{Quoted(value.Value)} = {Quoted(value.Description.Length > 0 ? value.Description : value.Value)}");
            table.Append($"    {Quoted("--" + word.Name)} = @{{ Text = {Quoted(word.Description)}; Switch = ${Bool(word.IsSwitch)}; List = ${Bool(word.IsList)}; Words = [ordered]@{{ {string.Join("; ", values)} }} }}\n");
        }

        return Script.Replace("@TABLE@\n", table.ToString(), StringComparison.Ordinal);
    }

    private static string Bool(bool value) => value ? "true" : "false";

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    // An argument without a list of values gives no result, and PowerShell then offers the names of files.
    private const string Script = """
        # Completion of build.sh and build.ps1 for PowerShell: in $PROFILE,
        #   ./build.sh --target=Completion --shell=powershell | Out-String | Invoke-Expression
        $BusyboxGlibcArguments = [ordered]@{
        @TABLE@
        }
        Register-ArgumentCompleter -Native -CommandName 'build.sh', './build.sh', 'build.ps1', './build.ps1' -ScriptBlock {
            param($word, $line, $position)
            # A comma ends what PowerShell takes for the word; only the rest is replaced.
            $before = $line.Extent.Text
            $before = $before.Substring(0, [Math]::Min($before.Length, $position - $line.Extent.StartOffset))
            $typed = ($before -split '\s')[-1]
            $kept = if ($typed.EndsWith("$word", [StringComparison]::Ordinal)) { $typed.Length - "$word".Length } else { 0 }
            $name, $value = $typed -split '=', 2
            if ($null -eq $value) {
                foreach ($entry in $BusyboxGlibcArguments.GetEnumerator()) {
                    if ($entry.Key.StartsWith($typed, [StringComparison]::OrdinalIgnoreCase)) {
                        $text = if ($entry.Value.Switch) { $entry.Key } else { "$($entry.Key)=" }
                        [System.Management.Automation.CompletionResult]::new($text, $entry.Key, 'ParameterName', $entry.Value.Text)
                    }
                }
                return
            }

            $argument = $BusyboxGlibcArguments[$name]
            if (-not $argument) {
                return
            }
            $lead = ''
            if ($argument.List -and $value -match '^(.*,)?([+-]?)([^,]*)$') {
                $lead = "$($Matches[1])$($Matches[2])"
                $value = $Matches[3]
            }
            foreach ($choice in $argument.Words.GetEnumerator()) {
                if ($choice.Key.StartsWith($value, [StringComparison]::OrdinalIgnoreCase)) {
                    [System.Management.Automation.CompletionResult]::new("$name=$lead$($choice.Key)".Substring($kept), $choice.Key, 'ParameterValue', $choice.Value)
                }
            }
        }

        """;
}
