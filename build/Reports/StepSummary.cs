using System.Globalization;
using System.Text;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Reports.Page;

namespace BusyboxGlibc.Reports;

/// <summary>The summary of a job on GitHub Actions: markdown in the file that <c>GITHUB_STEP_SUMMARY</c> names, with the facts of the report.</summary>
internal static class StepSummary
{
    // GitHub drops the whole summary of a step that has more than 1024 KiB.
    private const long MostBytes = 1000 << 10;
    private const int MostRows = 50;
    private const int MostIds = 20;

    /// <summary>Whether the run is such a job.</summary>
    /// <param name="environment">Returns the value of an environment variable.</param>
    public static bool IsWanted(Func<string, string?> environment) => environment("GITHUB_STEP_SUMMARY") is { Length: > 0 };

    /// <summary>Appends the result of a build, if the run is such a job, and if the summary of the step stays one that GitHub takes.</summary>
    /// <param name="facts">The result.</param>
    /// <param name="environment">Returns the value of an environment variable.</param>
    public static void Append(ReportFacts facts, Func<string, string?> environment)
    {
        if (environment("GITHUB_STEP_SUMMARY") is { Length: > 0 } path)
        {
            var text = Markdown(facts);
            if ((File.Exists(path) ? new FileInfo(path).Length : 0) + Encoding.UTF8.GetByteCount(text) <= MostBytes)
            {
                File.AppendAllText(path, text);
            }
        }
    }

    /// <summary>The result of a build as markdown. Names are in code spans, so that they mention nobody and link to nothing.</summary>
    internal static string Markdown(ReportFacts facts)
    {
        var image = facts.Image;
        var text = new StringBuilder($"### {MarkdownText.Code(image.Name)}\n\n{MarkdownText.Code(image.Digest)}, {Cut(facts.Last.Engine)}, {PageRuns.Seconds(facts.Last.Seconds)}, lock: {MarkdownText.Code(facts.Last.Lock)}\n\n");
        text.Append("| platform | unpacked | compressed | before | libraries | verified | smoke test | digest |\n|---|---:|---:|---:|---:|---|---|---|\n");
        foreach (var platform in image.Platforms)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {platform.Name} | {HumanReadable.Bytes(platform.Unpacked)} | {HumanReadable.Bytes(platform.Compressed)} | {Before(facts, platform)} | {platform.Libraries} | {Verified(facts, platform)} | {Smoked(facts, platform)} | {MarkdownText.Code(platform.Digest)} |\n");
        }

        text.Append('\n');
        foreach (var variant in image.Variants)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {MarkdownText.Code(variant.Name)}: {MarkdownText.Code(variant.Digest)}, at most {HumanReadable.Bytes(variant.Added)} more\n");
        }

        foreach (var line in Security(facts))
        {
            text.Append("- ").Append(line).Append('\n');
        }

        List(text, "Findings", facts.Checks.Findings);
        List(text, "Smoke test", [.. facts.Checks.Smoke.SelectMany(one => one.Results.Where(result => result.State is "failed" or "not-run").Select(result => $"{one.Platform}, {result.Check}: {result.State}: {result.Reason}"))]);
        var slow = facts.Last.Tasks.Where(task => task.State != "skipped").OrderByDescending(task => task.Seconds).Take(5).Select(task => $"{Cut(task.Name)} {PageRuns.Seconds(task.Seconds)}");
        return text.Append(CultureInfo.InvariantCulture, $"- most time: {string.Join(", ", slow)}\n\nWhat takes the space, why each library is in the image and what was checked: `report.html` in the artifacts.\n\n").ToString();
    }

    private static string Before(ReportFacts facts, ReportPlatform platform)
    {
        var earlier = facts.History.Published is { Sizes.Count: > 0 } published && published.Digest != facts.Image.Digest ? published : facts.History.Before;
        return earlier?.Sizes.FirstOrDefault(size => size.Platform == platform.Name)?.Compressed is { } bytes ? HumanReadable.Bytes(bytes) : "unknown";
    }

    private static string Verified(ReportFacts facts, ReportPlatform platform) =>
        facts.Checks.Failed.Where(failed => failed.Platform == platform.Name || facts.Image.Platforms.All(one => one.Name != failed.Platform)).Select(failed => failed.Rule).Distinct(StringComparer.Ordinal).ToList() is { Count: > 0 } failed
            ? $"**failed**: {string.Join(", ", failed)}" : "yes";

    private static string Smoked(ReportFacts facts, ReportPlatform platform) => facts.Checks.Smoke.FirstOrDefault(one => one.Platform == platform.Name) is not { } smoke ? "not run"
        : smoke.Results.Any(result => result.State == "failed") ? "**failed**" : smoke.Results.Any(result => result.State == "not-run") ? "partly" : "passed";

    private static IEnumerable<string> Security(ReportFacts facts)
    {
        if (facts.History.Lock is { } change && change.Fixes.Count > 0)
        {
            List<string> fixes = [.. change.Fixes.SelectMany(fix => fix.Cves).Distinct(StringComparer.Ordinal)];
            yield return $"since {MarkdownText.Code(change.Since)}: {Plural.Count(change.Fixes.Count, "source package")} changed, {Plural.Count(fixes.Count, "CVE")} named{(fixes.Count == 0 ? string.Empty : $": {Ids(fixes)}")}";
        }

        List<string> proven = [.. facts.Image.Vex.Where(one => one.State != "open").Select(one => one.Id).Distinct(StringComparer.Ordinal)];
        if (proven.Count > 0)
        {
            yield return $"proven not to concern the image: {Ids(proven)}";
        }

        yield return facts.Open is { } open ? $"open: {(open.Found.Count == 0 ? "none" : Ids([.. open.Found.Select(one => one.Id).Distinct(StringComparer.Ordinal)]))}" : "open vulnerabilities: unknown, `--target=Vulnerabilities` asks";
    }

    private static string Ids(List<string> ids) => string.Join(", ", ids.Take(MostIds).Select(MarkdownText.Code)) + (ids.Count > MostIds ? $" and {ids.Count - MostIds} more" : string.Empty);

    private static void List(StringBuilder text, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n**{title}**\n\n{string.Concat(lines.Take(MostRows).Select(line => $"- {MarkdownText.Code(line)}\n"))}{(lines.Count > MostRows ? $"- and {lines.Count - MostRows} more\n" : string.Empty)}\n");
        }
    }

    private static string Cut(string text) => SafeText.Cut(text, 100).Replace('<', '(').Replace('`', '\'').Replace('@', '?').Replace('[', '(').Replace('|', '/');
}
