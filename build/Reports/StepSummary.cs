using System.Text;

namespace BusyboxGlibc.Reports;

/// <summary>The summary of a job on GitHub Actions: markdown in the file that <c>GITHUB_STEP_SUMMARY</c> names.</summary>
internal static class StepSummary
{
    /// <summary>Appends the result of a build, if the run is such a job.</summary>
    /// <param name="summary">The result.</param>
    /// <param name="environment">Returns the value of an environment variable.</param>
    public static void Append(BuildSummary summary, Func<string, string?> environment)
    {
        if (environment("GITHUB_STEP_SUMMARY") is { Length: > 0 } path)
        {
            File.AppendAllText(path, Markdown(summary));
        }
    }

    /// <summary>The result of a build as a markdown table.</summary>
    internal static string Markdown(BuildSummary summary)
    {
        var text = new StringBuilder($"### {summary.Name}\n\n`{summary.IndexDigest}`, {summary.How}, {summary.Lock}\n\n");
        text.Append("| platform | unpacked | compressed | libraries | digest |\n|---|---:|---:|---:|---|\n");
        foreach (var row in summary.Platforms)
        {
            text.Append($"| {row.Platform} | {HumanReadable.Bytes(row.UnpackedBytes)} | {HumanReadable.Bytes(row.CompressedBytes)} | {row.Libraries} | `{row.Digest}` |\n");
        }

        foreach (var variant in summary.Variants)
        {
            text.Append($"{(variant == summary.Variants[0] ? "\n" : string.Empty)}- {variant.Name}: `{variant.IndexDigest}`, at most {HumanReadable.Bytes(variant.AddedBytes)} more\n");
        }

        return text.Append('\n').ToString();
    }
}
