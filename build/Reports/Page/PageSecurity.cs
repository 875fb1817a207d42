namespace BusyboxGlibc.Reports.Page;

/// <summary>Vulnerabilities: those that the new lock fixes, those that do not concern the image, and open ones.</summary>
internal static class PageSecurity
{
    /// <summary>The section.</summary>
    public static Markup Of(ReportFacts facts) => Markup.Of($"""
        <h3>Open</h3>
        {Open(facts)}
        {Unproven(facts.Image)}
        <h3>Fixed since the last lock</h3>
        {Fixed(facts.History.Lock)}
        <h3>Proven not to concern the image</h3>
        {Vex(facts.Image)}
        """);

    private static Markup Open(ReportFacts facts)
    {
        if (facts.Open is not { } open)
        {
            return Markup.Of($"<p class=\"unknown\">Unknown: a build asks no network for this. <code>./build.sh --target=Vulnerabilities</code> asks Debian's security tracker, and writes the answer here.</p>");
        }

        return open.Found.Count == 0 ? Markup.Of($"<p>None, by {open.Tracker}.</p>") : Markup.Of($"""
            <p>By {open.Tracker}.</p>
            {ReportPage.Table(
                "Open vulnerabilities", ["vulnerability", "source", "state", "what it is", "platforms"],
                open.Found.Select(one => (IReadOnlyList<Markup>)
                [
                    Markup.Of($"{one.Id}"), Markup.Of($"{one.Source}"), Markup.Of($"{one.State}{(one.Urgency is { } urgency ? $", {urgency}" : string.Empty)}{(one.FixedVersion is { } version ? $", fixed in {version}" : string.Empty)}"),
                    Markup.Of($"<bdi>{PageReasons.Cut(one.Description)}</bdi>"), Platforms(one.Platforms, facts.Image),
                ]))}
            """);
    }

    private static Markup Fixed(ReportLockChange? change) => change is null
        ? Markup.Of($"<p class=\"unknown\">Unknown: there is no earlier <code>image.lock.json</code> to compare with, in git or in an earlier report.</p>")
        : change.Fixes.Count == 0 ? Markup.Of($"<p>No package has another version than {change.Since}.</p>") : Markup.Of($"""
            <p>Since {change.Since}, as the changelogs of the verified packages say.</p>
            {ReportPage.Table(
                "Fixed since the last lock", ["source", "before", "now", "says", "CVEs"],
                change.Fixes.Select(fix => (IReadOnlyList<Markup>)
                [
                    Markup.Of($"{fix.Source}"), Markup.Of($"<code>{fix.Before}</code>"), Markup.Of($"<code>{fix.After}</code>"), Markup.Of($"{fix.Summary}"), Markup.Of($"{string.Join(", ", fix.Cves)} {fix.Unknown}"),
                ]))}
            """);

    private static Markup Vex(ReportImage image)
    {
        var proven = image.Vex.Where(one => one.State != "open").ToList();
        return proven.Count == 0 ? Markup.Of($"<p>Nothing: the table <code>vex/</code> has no entry for a package of this image.</p>")
            : ReportPage.Table("Proven not to concern the image", ["vulnerability", "source", "state", "what the image shows", "platforms"], proven.Select(one => Row(one, image)));
    }

    // The table knows of them, and the image has what contains their code: they may concern it, whatever a tracker says.
    private static Markup Unproven(ReportImage image)
    {
        var rest = image.Vex.Where(one => one.State == "open").ToList();
        return rest.Count == 0 ? Markup.None : Markup.Of($"""
            <p>Of the table <code>vex/</code>, the image contains the code of these:</p>
            {ReportPage.Table("Vulnerabilities of the table whose code the image contains", ["vulnerability", "source", "state", "what the image shows", "platforms"], rest.Select(one => Row(one, image)))}
            """);
    }

    private static IReadOnlyList<Markup> Row(ReportVex one, ReportImage image) =>
        [Markup.Of($"{one.Id}"), Markup.Of($"{one.Source}"), Markup.Of($"{(one.State == "not-affected" ? "not affected" : one.State)}"), Markup.Of($"<bdi>{PageReasons.Cut(one.Why)}</bdi>"), Platforms(one.Platforms, image)];

    private static Markup Platforms(int set, ReportImage image) => Markup.Of($"{(ReportPage.Platforms(set, image.Platforms) is { Length: > 0 } some ? some : "all")}");
}
