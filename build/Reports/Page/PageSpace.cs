namespace BusyboxGlibc.Reports.Page;

/// <summary>What takes the space, by package and by file.</summary>
internal static class PageSpace
{
    private const string Triplet = "{triplet}";
    private const string Loader = "{loader}";

    /// <summary>The section.</summary>
    public static Markup Of(ReportImage image)
    {
        string[] platforms = [.. image.Platforms.Select(platform => "#" + platform.Name)];
        var owners = image.Files.GroupBy(file => file.Owner).Select(group => (Name: group.Key, Files: group.Count(), Bytes: Sum(group, image.Platforms.Count))).OrderByDescending(owner => owner.Bytes.Max()).ThenBy(owner => owner.Name, StringComparer.Ordinal).ToList();
        return Markup.Of($"""
            <div id="treemap" class="drawing" hidden></div>
            <h3>By package</h3>
            <p class="hint">In paths, <code>{Triplet}</code> and <code>{Loader}</code> stand for what each platform calls them.</p>
            {ReportPage.Table("Space by package", ["package", "#files", .. platforms], owners.Select(owner => (IReadOnlyList<Markup>)[Markup.Of($"{owner.Name}"), Markup.Of($"{owner.Files}"), .. owner.Bytes.Select(Cell)]))}
            <details><summary>By file: all {ReportPage.Count(image.Files.Count, "file")}</summary>
            {ReportPage.Table("Space by file", ["file", "package", .. platforms], image.Files.Select(file => (IReadOnlyList<Markup>)[Path(file.Path), Markup.Of($"{file.Owner}"), .. file.Bytes.Select(Cell)]))}
            </details>
            """);
    }

    /// <summary>A path, which is never turned around by what is in it.</summary>
    internal static Markup Path(string path) => Markup.Of($"<bdi>{path}</bdi>");

    private static Markup Cell(long bytes) => bytes < 0 ? Markup.Of($"-") : Markup.Of($"{ReportPage.Bytes(bytes)}");

    private static long[] Sum(IEnumerable<ReportFile> files, int platforms)
    {
        var sums = Enumerable.Repeat(-1L, platforms).ToArray();
        foreach (var file in files)
        {
            for (var number = 0; number < platforms; number++)
            {
                sums[number] = file.Bytes[number] < 0 ? sums[number] : Math.Max(0, sums[number]) + file.Bytes[number];
            }
        }

        return sums;
    }
}
