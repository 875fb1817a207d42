namespace BusyboxGlibc.Reports.Page;

/// <summary>What matters most, in a few numbers.</summary>
internal static class PageOverview
{
    /// <summary>The tiles at the head of the report.</summary>
    public static Markup Tiles(ReportFacts facts) => Markup.Of($"<dl class=\"tiles\">{All(facts)}</dl>");

    private static IEnumerable<Markup> All(ReportFacts facts)
    {
        var (image, platforms) = (facts.Image, facts.Image.Platforms);
        var (least, most) = (platforms.MinBy(platform => platform.Compressed)!, platforms.MaxBy(platform => platform.Compressed)!);
        yield return Tile("", "Platforms", $"{platforms.Count}", platforms.Count <= 3 ? string.Join(", ", platforms.Select(platform => platform.Name)) : $"{platforms[0].Name} to {platforms[^1].Name}");
        yield return Tile("", "Compressed", ReportPage.Bytes(platforms[0].Compressed), platforms.Count == 1 ? platforms[0].Name : $"{platforms[0].Name}; {ReportPage.Bytes(least.Compressed)} to {ReportPage.Bytes(most.Compressed)}");
        yield return Tile("", "Unpacked", ReportPage.Bytes(platforms[0].Unpacked), $"{platforms[0].Name}; {ReportPage.Count(platforms[0].Libraries, "library")}, {ReportPage.Count(platforms[0].Applets, "applet")}");
        var failed = facts.Checks.Failed.Count;
        yield return Tile(failed == 0 ? "good" : "bad", "Verified", failed == 0 ? $"{platforms.Count} of {platforms.Count}" : "failed", failed == 0 ? "every library and symbol is there" : ReportPage.Count(facts.Checks.Findings.Count, "finding"));
        var smoke = facts.Checks.Smoke;
        var passed = smoke.Count(one => one.Results.All(result => result.State is "passed" or "absent"));
        var isBad = smoke.Any(one => one.Results.Any(result => result.State == "failed"));
        yield return Tile(
            smoke.Count == 0 ? "" : isBad ? "bad" : passed == platforms.Count ? "good" : "soso", "Smoke test",
            smoke.Count == 0 ? "not run" : $"{passed} of {platforms.Count}", smoke.Count == 0 ? "./build.sh --target=SmokeTest" : isBad ? "something failed" : "programs ran on these");
        var proven = image.Vex.Where(one => one.State != "open").Select(one => one.Id).Distinct(StringComparer.Ordinal).Count();
        yield return facts.Open is { } open
            ? Tile(open.Found.Count == 0 ? "good" : "soso", "Open CVEs", $"{open.Found.Select(one => one.Id).Distinct(StringComparer.Ordinal).Count()}", $"{proven} proven not to concern it")
            : Tile("", "Open CVEs", "unknown", $"{proven} proven not to concern it");
    }

    private static Markup Tile(string state, string name, string value, string more) => Markup.Of($"<div class=\"tile {state}\"><dt>{name}</dt><dd><strong>{value}</strong> <span>{more}</span></dd></div>");
}
