using BusyboxGlibc.Binfmt;

namespace BusyboxGlibc.Reports;

/// <summary>The table of VerifyBinfmt: one line per platform, followed by the reasons.</summary>
internal static class BinfmtTable
{
    /// <summary>The report of an inspection: the table, what was installed with the table after it, and the advice, each after an empty line.</summary>
    public static IReadOnlyList<string> Lines(BinfmtInspection inspection)
    {
        IReadOnlyList<string>[] parts = inspection.Installed is { } installed
            ? [Lines(inspection.Found), installed.Notes, Lines(installed.Report), inspection.Advice]
            : [Lines(inspection.Found), inspection.Advice];
        return [.. parts.Where(part => part.Count > 0).SelectMany(part => part.Prepend(string.Empty))];
    }

    /// <summary>The table's lines, headings first.</summary>
    public static IReadOnlyList<string> Lines(BinfmtReport report)
    {
        List<string[]> rows = [["platform", "runs", "handler", "enabled", "flags", "interpreter"], .. report.Platforms.Select(platform => Cells(platform, report.Status))];

        // The same reason for several platforms is shown once.
        var reasons = report.Platforms.Where(platform => platform.Reason.Length > 0).GroupBy(platform => platform.Reason)
            .Select(group => $"{string.Join(", ", group.Select(platform => platform.Platform.Name))}: {group.Key}");
        return [.. TextTable.Lines(rows), .. reasons];
    }

    private static string[] Cells(PlatformBinfmt platform, BinfmtStatus status)
    {
        var state = platform.State.ToString().ToLowerInvariant();
        return platform.Handler is { } handler
            ? [platform.Platform.Name, state, handler.ShownName, handler.IsEnabled && status.IsEnabled ? "yes" : "no", handler.Flags.Length == 0 ? "none" : handler.Flags, handler.ShownInterpreter]
            : [platform.Platform.Name, state, platform is { State: BinfmtState.Emulated } ? "not visible from here" : "-", "-", "-", "-"];
    }
}
