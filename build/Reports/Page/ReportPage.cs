using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Reports.Page;

/// <summary>
/// <c>artifacts/report.html</c>: one file that opens from <c>file:</c> and asks nobody for anything. All facts are in its tables, which need no script; the script draws two of them.
/// </summary>
/// <param name="facts">What it says.</param>
/// <param name="layouts">The scripts of the layouts that the drawings use; none for a page without drawings.</param>
internal sealed class ReportPage(ReportFacts facts, IReadOnlyList<string> layouts)
{
    private static readonly (string Id, string Title)[] _sections =
        [("sizes", "Sizes"), ("space", "What takes the space"), ("reasons", "Why it is here"), ("packages", "Packages"), ("security", "Vulnerabilities"), ("checks", "Checks"), ("time", "Time"), ("again", "Make it again")];

    /// <summary>The page.</summary>
    public string Html()
    {
        var (image, style) = (facts.Image, "\n" + PageParts.Style);
        List<string> scripts = layouts.Count == 0 ? [] : [.. layouts.Append(PageParts.Script).Select(script => "\n" + script)];
        var page = Markup.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src {Hash(style)}{Sources(scripts)}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <link rel="icon" href="data:,">
            <title>{image.Name} - build report</title>
            <style>{new Markup(style)}</style>
            </head>
            <body>
            <a class="skip" href="#main">Skip to the report</a>
            <header>
            <p class="eyebrow">busybox-glibc build report</p>
            <h1>{image.Name}</h1>
            <p class="digest"><code>{image.Digest}</code></p>
            <ul class="chips"><li>BusyBox {image.Busybox}</li><li>glibc {image.Glibc}</li><li>Debian {image.Suite}</li><li>dated {image.Created[..Math.Min(10, image.Created.Length)]}</li></ul>
            {PageOverview.Tiles(facts)}
            </header>
            <nav aria-label="Sections"><ul>{_sections.Select(section => Markup.Of($"<li><a href=\"#{section.Id}\">{section.Title}</a></li>"))}</ul></nav>
            <main id="main">
            {Section("sizes", PageSizes.Of(facts))}
            {Section("space", PageSpace.Of(image))}
            {Section("reasons", PageReasons.Of(image))}
            {Section("packages", PagePackages.Of(image))}
            {Section("security", PageSecurity.Of(facts))}
            {Section("checks", PageChecks.Of(facts))}
            {Section("time", PageRuns.Times(facts))}
            {Section("again", PageRuns.Again(facts))}
            </main>
            <footer><p>The same facts for programs: <code>report.json</code>, beside this file. This page asks no other place for anything.</p>{Licences()}</footer>
            """);
        var html = new StringBuilder(page.Html);
        if (scripts.Count > 0)
        {
            html.Append("\n<script type=\"application/json\" id=\"data\">").Append(DrawingData.Json(image)).Append("</script>");
            scripts.ForEach(script => html.Append("\n<script>").Append(script).Append("</script>"));
        }

        return html.Append("\n</body>\n</html>\n").ToString();
    }

    private static Markup Section(string id, Markup content) => Markup.Of($"""
        <section id="{id}" aria-labelledby="{id}-title">
        <h2 id="{id}-title">{_sections.First(section => section.Id == id).Title}</h2>
        {content}
        </section>
        """);

    private static Markup Sources(List<string> scripts) => scripts.Count == 0 ? Markup.None : Markup.Of($"; script-src {Markup.Join(scripts.Select(Hash), " ")}");

    // CSP level 3, 6.7.2.3: the hash of the text between the tags, in UTF-8.
    private static Markup Hash(string text) => new($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'");

    private Markup Licences() => layouts.Count == 0 ? Markup.None : Markup.Of($"""
        <details><summary>Licences of the layouts of the drawings</summary>{PageParts.Licences.Select(licence => Markup.Of($"<h3>{licence.Name}</h3><pre>{licence.Text.Trim()}</pre>"))}</details>
        """);

    /// <summary>The platforms of a set in words: nothing for all of them.</summary>
    internal static string Platforms(int set, IReadOnlyList<ReportPlatform> all)
    {
        var names = all.Index().Where(pair => (set & (1 << pair.Index)) != 0).Select(pair => pair.Item.Name).ToList();
        return names.Count == all.Count ? string.Empty : all.Count - names.Count is 1 or 2 && names.Count > 3
            ? $"all but {string.Join(", ", all.Select(platform => platform.Name).Except(names))}"
            : string.Join(", ", names);
    }

    /// <summary>A table in a box of its own, which scrolls sideways where it is wider than the page.</summary>
    /// <param name="label">What it is, for those who do not see it.</param>
    /// <param name="heads">The heads of its columns; those that start with <c>#</c> are of numbers.</param>
    /// <param name="rows">The rows; the first cell is the row's head.</param>
    internal static Markup Table(string label, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<Markup>> rows) => Markup.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="{label}, a table"><table>
        <thead><tr>{heads.Select(head => head.StartsWith('#') ? Markup.Of($"<th scope=\"col\" class=\"n\">{head[1..]}</th>") : Markup.Of($"<th scope=\"col\">{head}</th>"))}</tr></thead>
        <tbody>{rows.Select(row => Markup.Of($"\n<tr>{row.Select((cell, column) => Cell(cell, column, heads[column].StartsWith('#')))}</tr>"))}
        </tbody></table></div>
        """);

    /// <summary>A number of bytes as people read it; nothing for one that is not known.</summary>
    internal static string Bytes(long? bytes) => bytes is { } known ? known < 0 ? string.Empty : HumanReadable.Bytes(known, known < 1_000_000 ? 1 : 2) : string.Empty;

    /// <summary>A number of things.</summary>
    internal static string Count(long count, string noun) => Plural.Count(count, noun);

    private static Markup Cell(Markup cell, int column, bool isNumber) => column == 0 ? Markup.Of($"<th scope=\"row\">{cell}</th>") : isNumber ? Markup.Of($"<td class=\"n\">{cell}</td>") : Markup.Of($"<td>{cell}</td>");
}
