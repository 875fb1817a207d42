using System.Text.RegularExpressions;

namespace BusyboxGlibc.Reports;

/// <summary>Formats warnings and errors as annotations of GitHub Actions (workflow commands), which it shows beside the line of a changed file.</summary>
internal static partial class GitHubAnnotations
{
    /// <summary>Whether the run is a job of GitHub Actions.</summary>
    /// <param name="environment">Returns the value of an environment variable.</param>
    public static bool IsWanted(Func<string, string?> environment) => environment("GITHUB_ACTIONS") == "true";

    /// <summary>The annotation for a warning.</summary>
    public static string Warning(string text) => $"::warning::{Data(text)}";

    /// <summary>The annotations for an error as <see cref="ErrorText"/> renders it: one for each place that it names in a file, otherwise one.</summary>
    public static IReadOnlyList<string> Error(string text)
    {
        var lines = text.Split('\n');
        var what = lines[0];
        var found = new List<string>();
        foreach (var line in lines)
        {
            if (Place().Match(line) is { Success: true } place)
            {
                found.Add($"::error file={Property(place.Groups["file"].Value)},line={place.Groups["line"].Value}::{Data(what)}");
            }
            else if (!Field().IsMatch(line))
            {
                what = line.Trim();
            }
            else if (Field().Match(line).Groups["nested"].Value is { Length: > 0 } nested)
            {
                what = nested;
            }
        }

        return found.Count > 0 ? found : [$"::error::{Data(Plain(lines[0]))}"];
    }

    private static string Plain(string text) => text.StartsWith("Error: ", StringComparison.Ordinal) ? text["Error: ".Length..] : text;

    // toolkit, packages/core/src/command.ts: escapeData and escapeProperty.
    private static string Data(string text) => Plain(text).Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    [GeneratedRegex(@"\A\s+where\s+(?<file>[^:]+):(?<line>[0-9]+)(?::[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Place();

    // In an error with several failures, the reason of the whole contains each failure with its own fields.
    [GeneratedRegex(@"\A\s+(?:where|next|why\s+(?<nested>\S.*)|why)", RegexOptions.CultureInvariant)]
    private static partial Regex Field();
}
