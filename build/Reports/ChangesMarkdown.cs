using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Changes;

namespace BusyboxGlibc.Reports;

/// <summary>
/// The answer of Diff as Markdown for a pull request, as GitHub and GitLab show it: short enough for a comment, which has at most 65536 characters, and with names of the images in code only,
/// so that they mention nobody and link to nothing.
/// </summary>
internal static class ChangesMarkdown
{
    private const int MostFiles = 100;
    private const int MostRows = 100;
    private const int MostIds = 60;
    private const int MostCharacters = 60000;

    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Lines(ChangesAnswer answer)
    {
        List<string> lines = [$"### {Title(answer)}", string.Empty, $"from {MarkdownText.Code(answer.From)} to {MarkdownText.Code(answer.To)}", string.Empty];
        foreach (var platforms in ChangesReport.Platforms(answer))
        {
            lines.Add($"- {platforms}");
        }

        if (lines[^1].Length > 0)
        {
            lines.Add(string.Empty);
        }

        Table(lines, "Security", ["source", "before", "after", "says", "CVEs"], [.. answer.Fixes.Select(Security)]);
        Table(lines, "Packages", ["package", "change"], Rows(answer, ChangeSubject.Package, ChangesReport.Values));
        Table(lines, "Libraries", ["soname", "change"], Rows(answer, ChangeSubject.Library, ChangesReport.Symbols));
        Table(lines, "Settings", ["setting", "change"], Rows(answer, ChangeSubject.Setting, ChangesReport.Values));
        Folded(lines, "Applets", ChangesReport.Applets(answer));
        Folded(lines, "Files", ChangesReport.Files(answer, MostFiles, "Diff with --json lists all"));
        if (ChangesReport.Sizes(answer) is { Count: > 0 } sizes)
        {
            Table(lines, "Sizes", sizes[0], [.. sizes.Skip(1)]);
        }

        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static string Title(ChangesAnswer answer)
    {
        if (!answer.IsChanged)
        {
            return "Nothing changed";
        }

        var (fixedIds, lost) = (ChangesReport.Count(answer, isBack: false), ChangesReport.Count(answer, isBack: true));
        var packages = answer.Platforms.SelectMany(one => one.Changes).Where(change => change.Subject == ChangeSubject.Package).Select(change => change.Name).Distinct(StringComparer.Ordinal).Count();
        return string.Join(", ", new[]
        {
            $"{Plural.Count(packages, "package")} changed",
            fixedIds > 0 ? $"{Plural.Count(fixedIds, "CVE")} fixed" : null,
            lost > 0 ? $"{Plural.Count(lost, "CVE")} no longer fixed" : null,
        }.OfType<string>());
    }

    private static string[] Security(SourceFixes source) =>
    [
        MarkdownText.Code(source.Source), MarkdownText.Code(source.Before), MarkdownText.Code(source.After), MarkdownText.Code(source.Summary()),
        string.Join(", ", source.Cves.Take(MostIds)) + (source.Cves.Count > MostIds ? $" and {source.Cves.Count - MostIds} more" : string.Empty)
            + (source.Unknown is null ? string.Empty : $" {MarkdownText.Code(source.Unknown)}"),
    ];

    private static IReadOnlyList<string[]> Rows(ChangesAnswer answer, ChangeSubject subject, Func<ImageChange, string> say) =>
        [.. ChangesReport.Of(answer, subject).Select(row => new[] { MarkdownText.Code(row.Change.Name), $"{MarkdownText.Code(say(row.Change))}{row.On}" })];

    private static void Table(List<string> lines, string title, string[] heads, IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        List<string> table = [$"**{title}**", string.Empty, $"| {string.Join(" | ", heads)} |", $"|{string.Concat(heads.Select(_ => "---|"))}"];
        table.AddRange(rows.Take(MostRows).Select(row => $"| {string.Join(" | ", row)} |"));
        Add(lines, title, rows.Count > MostRows ? [.. table, string.Empty, $"and {rows.Count - MostRows} more"] : table);
    }

    private static void Folded(List<string> lines, string title, IEnumerable<string> texts)
    {
        var all = texts.ToList();
        if (all.Count > 0)
        {
            Add(lines, title, [$"<details><summary>{title}</summary>", string.Empty, .. all.Select(text => $"- {MarkdownText.Code(text)}"), string.Empty, "</details>"]);
        }
    }

    private static void Add(List<string> lines, string title, IReadOnlyList<string> section)
    {
        var isWithin = lines.Concat(section).Sum(line => line.Length + 1) <= MostCharacters;
        lines.AddRange(isWithin ? section : [$"**{title}**: too many for a comment, Diff with `--json` lists them"]);
        lines.Add(string.Empty);
    }
}
