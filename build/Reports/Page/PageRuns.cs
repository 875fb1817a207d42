using System.Globalization;

namespace BusyboxGlibc.Reports.Page;

/// <summary>The runs: what took the time, and how to repeat them.</summary>
internal static class PageRuns
{
    /// <summary>The times of the tasks, of the run that made the image and of the last one.</summary>
    public static Markup Times(ReportFacts facts)
    {
        List<string> names = [.. facts.Made.Tasks.Concat(facts.Last.Tasks).Where(task => task.State != "skipped").Select(task => task.Name).Distinct(StringComparer.Ordinal)];
        var most = facts.Made.Tasks.Concat(facts.Last.Tasks).Select(task => task.Seconds).DefaultIfEmpty(1).Max();
        return Markup.Of($"""
            <p>The run that made the image took {Seconds(facts.Made.Seconds)} with the {facts.Made.Engine}; the last one that found something to do {Seconds(facts.Last.Seconds)}.</p>
            {ReportPage.Table(
                "Time by task", ["task", "made the image", "#seconds", "last run", "#seconds"],
                names.Select(name => (IReadOnlyList<Markup>)[Markup.Of($"{name}"), .. Cells(Find(facts.Made, name), most), .. Cells(Find(facts.Last, name), most)]))}
            """);
    }

    /// <summary>The commands that make the same image.</summary>
    public static Markup Again(ReportFacts facts)
    {
        var run = facts.Made;
        var checkout = run.Revision is { } revision ? Markup.Of($"git checkout {revision}\n") : Markup.None;
        return Markup.Of($"""
            <p>The lock pins every package; on any machine these commands make the image with the digest above.{(run.IsDirty ? Markup.Of($" <strong>The project had changes that are in no commit.</strong>") : Markup.None)}</p>
            <pre class="commands" tabindex="0" aria-label="Commands that make the image again">{checkout}{run.Command}
            ./build.sh --target=SmokeTest
            ./build.sh --target=Why --file=libc.so.6</pre>
            <dl class="facts"><dt>index</dt><dd><code>{facts.Image.Digest}</code></dd><dt>lock</dt><dd><code>sha256:{facts.Image.LockSha256}</code>, {run.Lock}</dd>{facts.Image.Platforms.Select(platform => Markup.Of($"<dt>{platform.Name}</dt><dd><code>{platform.Digest}</code></dd>"))}</dl>
            """);
    }

    /// <summary>A number of seconds as people read it.</summary>
    internal static string Seconds(double seconds) => HumanReadable.Duration(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9)));

    private static ReportTask? Find(ReportRun run, string name) => run.Tasks.FirstOrDefault(task => task.Name == name);

    private static IEnumerable<Markup> Cells(ReportTask? task, double most) => task is null || task.State == "skipped"
        ? [Markup.Of($"<span class=\"state none\">{(task is null ? "not asked for" : "not needed")}</span>"), Markup.None]
        :
        [
            Markup.Of($"<svg class=\"bar\" aria-hidden=\"true\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\"><rect width=\"{Math.Max(2, Math.Round(task.Seconds * 1000 / Math.Max(most, 0.001))).ToString(CultureInfo.InvariantCulture)}\" height=\"10\"/></svg>"),
            Markup.Of($"{task.Seconds.ToString("F2", CultureInfo.InvariantCulture)}{(task.State == "failed" ? " failed" : string.Empty)}"),
        ];
}
