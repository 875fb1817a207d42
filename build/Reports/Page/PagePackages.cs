namespace BusyboxGlibc.Reports.Page;

/// <summary>The packages of the image with their versions.</summary>
internal static class PagePackages
{
    /// <summary>The section.</summary>
    public static Markup Of(ReportImage image) => Markup.Of($"""
        <p>{ReportPage.Count(image.Packages.Select(package => package.Name).Distinct(StringComparer.Ordinal).Count(), "package")} of Debian {image.Suite} and BusyBox, pinned by <code>image.lock.json</code>.</p>
        {ReportPage.Table(
            "Packages", ["package", "version", "source", "platforms"],
            image.Packages.Select(package => (IReadOnlyList<Markup>)
            [
                Markup.Of($"{package.Name}"), Markup.Of($"<code>{package.Version}</code>"), Source(package), Markup.Of($"{(ReportPage.Platforms(package.Platforms, image.Platforms) is { Length: > 0 } some ? some : "all")}"),
            ]))}
        """);

    private static Markup Source(ReportPackage package) => package.SourceVersion == package.Version ? Markup.Of($"{package.Source}") : Markup.Of($"{package.Source} <code>{package.SourceVersion}</code>");
}
