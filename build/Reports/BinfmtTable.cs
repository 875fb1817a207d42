using BusyboxGlibc.Binfmt;

namespace BusyboxGlibc.Reports;

/// <summary>The table of VerifyBinfmt: one line per platform, followed by the reasons.</summary>
internal static class BinfmtTable
{
    /// <summary>The report of an inspection: the table, what was installed with the table after it, and the advice, each after an empty line.</summary>
    /// <param name="inspection">The inspection.</param>
    /// <param name="columns">The width of the terminal; null for output that programs read.</param>
    public static IReadOnlyList<string> Lines(BinfmtInspection inspection, int? columns = null)
    {
        IReadOnlyList<string>[] parts = inspection.Installed is { } installed
            ? [Lines(inspection.Found, columns), installed.Notes, Lines(installed.Report, columns), inspection.Advice]
            : [Lines(inspection.Found, columns), inspection.Advice];
        return [.. parts.Where(part => part.Count > 0).SelectMany(part => part.Prepend(string.Empty))];
    }

    /// <summary>The table's lines, headings first. In a terminal that is too narrow for it, interpreters are shown without their folder.</summary>
    /// <param name="report">The report.</param>
    /// <param name="columns">The width of the terminal; null for output that programs read.</param>
    public static IReadOnlyList<string> Lines(BinfmtReport report, int? columns = null)
    {
        List<string[]> rows = [["platform", "runs", "handler", "enabled", "flags", "interpreter"], .. report.Platforms.Select(platform => Cells(platform, report.Status))];

        var table = TextTable.Lines(rows);
        if (columns is { } width && table.Exists(line => line.Length > width))
        {
            table = TextTable.Lines([.. rows.Select(row => new[] { row[0], row[1], row[2], row[3], row[4], row[5][(row[5].LastIndexOf('/') + 1)..] })]);
        }

        // The same reason for several platforms is shown once.
        var reasons = report.Platforms.Where(platform => platform.Reason.Length > 0).GroupBy(platform => platform.Reason)
            .Select(group => $"{string.Join(", ", group.Select(platform => platform.Platform.Name))}: {group.Key}");
        return [.. table, .. reasons];
    }

    private static string[] Cells(PlatformBinfmt platform, BinfmtStatus status)
    {
        var state = platform.State.ToString().ToLowerInvariant();
        return platform.Handler is { } handler
            ? [platform.Platform.Name, state, handler.ShownName, handler.IsEnabled && status.IsEnabled ? "yes" : "no", handler.Flags.Length == 0 ? "none" : handler.Flags, handler.ShownInterpreter]
            : [platform.Platform.Name, state, platform is { State: BinfmtState.Emulated } ? "not visible from here" : "-", "-", "-", "-"];
    }
}
