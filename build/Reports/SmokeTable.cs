using BusyboxGlibc.Smoke;

namespace BusyboxGlibc.Reports;

/// <summary>The table at the end of a smoke test: one line per platform, one column per check, followed by the reasons. In a terminal that is too narrow for it, a line has
/// the numbers of checks, below their names.</summary>
internal static class SmokeTable
{
    /// <summary>The table's lines, headings first.</summary>
    /// <param name="platforms">The platforms, in display order.</param>
    /// <param name="columns">The width of the terminal; null for output that programs read.</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<PlatformSmoke> platforms, int? columns = null)
    {
        string[] heads = ["platform", .. platforms.SelectMany(platform => platform.Results).Select(result => result.Check).Distinct(StringComparer.Ordinal), "run by"];
        List<string[]> rows = [heads, .. platforms.Select(platform => Cells(platform, heads))];
        var table = TextTable.Lines(rows);
        return [.. columns is { } width && table.Exists(line => line.Length > width) ? Narrow(rows) : table, .. Reasons(platforms)];
    }

    private static List<string> Narrow(List<string[]> rows) =>
    [
        $"checks  {string.Join(", ", rows[0][1..^1])}",
        .. TextTable.Lines([.. rows[1..].Select(row => new[] { row[0], string.Join(", ", row[1..^1].CountBy(cell => cell).Select(state => $"{state.Value} {(state.Key == "-" ? "not in the image" : state.Key)}")), row[^1] })]),
    ];

    private static string[] Cells(PlatformSmoke platform, string[] heads) =>
    [
        platform.Platform,
        .. heads[1..^1].Select(head => platform.Results.FirstOrDefault(result => result.Check == head)?.State switch
        {
            SmokeState.Passed => "ok",
            SmokeState.Failed => "FAILED",
            SmokeState.NotRun => "not run",
            _ => "-",
        }),
        platform.How,
    ];

    // The same reason for several platforms or checks is shown once.
    private static IEnumerable<string> Reasons(IReadOnlyList<PlatformSmoke> platforms) =>
        platforms
            .SelectMany(platform => platform.Results.Where(result => result.State != SmokeState.Passed).Select(result => (platform.Platform, Result: result)))
            .GroupBy(one => (one.Result.State, one.Result.Reason))
            .OrderBy(group => group.Key.State)
            .SelectMany(group =>
            {
                var where = group.GroupBy(one => one.Platform).GroupBy(one => string.Join(", ", one.Select(each => each.Result.Check)))
                    .Select(same => $"{string.Join(", ", same.Select(one => one.Key))}: {same.Key}");
                var lines = group.Key.Reason.Split('\n');
                return new[] { $"{Name(group.Key.State)}: {string.Join("; ", where)}: {lines[0]}" }.Concat(lines[1..].Select(line => "  " + line));
            });

    private static string Name(SmokeState state) => state switch
    {
        SmokeState.Failed => "failed",
        SmokeState.NotRun => "not run",
        _ => "not in the image",
    };
}
