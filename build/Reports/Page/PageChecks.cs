namespace BusyboxGlibc.Reports.Page;

/// <summary>What Verify and SmokeTest found, platform by check.</summary>
internal static class PageChecks
{
    /// <summary>The section.</summary>
    public static Markup Of(ReportFacts facts) => Markup.Of($"""
        <h3>Verify</h3>
        <p>Proves the finished image without running anything in it.</p>
        {Verified(facts)}
        {Lines("finding", facts.Checks.Findings, isOpen: true)}
        {Lines("note", facts.Checks.Notes, isOpen: false)}
        <h3>SmokeTest</h3>
        {Smoke(facts.Checks.Smoke)}
        """);

    private static Markup Verified(ReportFacts facts) => ReportPage.Table(
        "Verification, platform by check", ["platform", .. facts.Checks.Rules],
        facts.Image.Platforms.Select(platform => (IReadOnlyList<Markup>)
        [
            Markup.Of($"{platform.Name}"),
            .. facts.Checks.Rules.Select(rule => State(facts.Checks.Failed.Any(failed => failed.Rule == rule && (failed.Platform == platform.Name || facts.Image.Platforms.All(one => one.Name != failed.Platform))) ? "failed" : "passed")),
        ]));

    private static Markup Lines(string what, IReadOnlyList<string> lines, bool isOpen) => lines.Count == 0 ? Markup.None : Markup.Of($"""
        <details{new Markup(isOpen ? " open" : string.Empty)}><summary>{ReportPage.Count(lines.Count, what)}</summary><ul class="lines">{lines.Select(line => Markup.Of($"<li><bdi>{PageReasons.Cut(line)}</bdi></li>"))}</ul></details>
        """);

    private static Markup Smoke(IReadOnlyList<ReportSmoke> smoke)
    {
        if (smoke.Count == 0)
        {
            return Markup.Of($"<p class=\"unknown\">Not run on this image: <code>./build.sh --target=SmokeTest</code> runs its programs on every platform, and writes the results here.</p>");
        }

        List<string> checks = [.. smoke.SelectMany(platform => platform.Results).Select(result => result.Check).Distinct(StringComparer.Ordinal)];
        var reasons = smoke.SelectMany(platform => platform.Results.Where(result => result.State is "failed" or "not-run").Select(result => $"{platform.Platform}, {result.Check}: {result.Reason}")).ToList();
        return Markup.Of($"""
            <p>Runs the programs of the finished image.</p>
            {ReportPage.Table(
                "Smoke test, platform by check", ["platform", .. checks, "run by"],
                smoke.Select(platform => (IReadOnlyList<Markup>)
                [
                    Markup.Of($"{platform.Platform}"), .. checks.Select(check => State(platform.Results.FirstOrDefault(result => result.Check == check)?.State ?? "absent")), Markup.Of($"{platform.How}"),
                ]))}
            {Lines("result", reasons, isOpen: true)}
            """);
    }

    private static Markup State(string state) => state switch
    {
        "passed" => Markup.Of($"<span class=\"state good\">ok</span>"),
        "failed" => Markup.Of($"<span class=\"state bad\">failed</span>"),
        "not-run" => Markup.Of($"<span class=\"state soso\">not run</span>"),
        _ => Markup.Of($"<span class=\"state none\">not in it</span>"),
    };
}
