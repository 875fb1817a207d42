using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Reports.Page;

/// <summary>Why each file is in the image: the shortest chain from a line, a command or the build to it.</summary>
internal static class PageReasons
{
    // Longer ones are as Why prints them; nobody reads them in a table.
    private const int MostSteps = 40;

    /// <summary>The section.</summary>
    public static Markup Of(ReportImage image)
    {
        var reasons = image.Reasons;
        return Markup.Of($"""
            <div id="graph" class="drawing" hidden></div>
            <details><summary>All {ReportPage.Count(reasons.Files.Count, "file")} with the shortest chain that brings them</summary>
            {ReportPage.Table(
                "Why each file is in the image", ["file", "package", "because"],
                reasons.Files.Select((file, number) => (file, number)).OrderBy(pair => pair.file.Path, StringComparer.Ordinal).Select(pair => (IReadOnlyList<Markup>)
                [
                    PageSpace.Path(pair.file.Path), Markup.Of($"{pair.file.Package}"), Because(image, pair.number),
                ]))}
            </details>
            <p class="hint"><code>./build.sh --target=Why --file=NAME --all</code> lists every chain to a file, and <code>--without=LINE</code> says what would leave the image with a line.</p>
            """);
    }

    /// <summary>The shortest chain to a file on a platform: what asks, then each file and why the one before brings it.</summary>
    internal static IReadOnlyList<string> Chain(ReportReasons reasons, int file, int platform)
    {
        List<string> steps = [];
        for (var at = file; ;)
        {
            var reason = reasons.Files[at].Reasons.FirstOrDefault(one => (one.Platforms & platform) != 0);
            if (reason is null || steps.Count >= MostSteps)
            {
                break;
            }

            steps.Insert(0, $"{reason.How} {(reason.From == -1 ? reasons.Files[at].Path : Name(reasons.Files[at].Path))}");
            if (reason.From == -1)
            {
                steps.Insert(0, reasons.Roots[reason.Root]);
                break;
            }

            at = reason.From;
        }

        return steps;
    }

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static Markup Because(ReportImage image, int file)
    {
        var groups = Enumerable.Range(0, image.Platforms.Count).Select(number => 1 << number)
            .Select(platform => (Platform: platform, Text: string.Join(" → ", Chain(image.Reasons, file, platform)))).Where(one => one.Text.Length > 0)
            .GroupBy(one => one.Text).ToList();
        return Markup.Join(
            groups.Select(group => (group.Key, Where: ReportPage.Platforms(group.Aggregate(0, (set, one) => set | one.Platform), image.Platforms)))
                .Select(one => one.Where.Length == 0 ? Markup.Of($"<bdi>{one.Key}</bdi>") : Markup.Of($"<bdi>{one.Key}</bdi> <small>({one.Where})</small>")),
            "<br>");
    }

    /// <summary>A text of anybody that stays short.</summary>
    internal static string Cut(string text) => SafeText.Cut(text, 400);
}
