using System.Globalization;

namespace BusyboxGlibc.Reports.Page;

/// <summary>The sizes of each platform beside those of other images.</summary>
internal static class PageSizes
{
    /// <summary>The section.</summary>
    public static Markup Of(ReportFacts facts)
    {
        List<ReferenceImage> others =
        [
            Earlier("last published", facts.History.Published, facts.Image),
            Earlier("before this build", facts.History.Before, facts.Image),
            .. ReferenceImage.All,
        ];
        return Markup.Of($"""
            <fieldset class="switch"><legend>Size</legend>
            <input type="radio" name="size" id="size-c" checked><label for="size-c">compressed</label>
            <input type="radio" name="size" id="size-u"><label for="size-u">unpacked</label></fieldset>
            <div class="bars compressed">{Bars(facts.Image, others, "compressed", platform => platform.Compressed, size => size.Compressed)}</div>
            <div class="bars unpacked">{Bars(facts.Image, others, "unpacked", platform => platform.Unpacked, size => size.Unpacked)}</div>
            <p class="legend">{Legend(others)}</p>
            <details><summary>All sizes in bytes</summary>{Table(facts.Image, others)}</details>
            {Variants(facts.Image)}
            """);
    }

    private static ReferenceImage Earlier(string name, ReportEarlier? earlier, ReportImage image) => new(
        name,
        earlier is null ? name == "last published" ? "unknown: nothing was published from this folder yet" : "unknown: the first report of this folder"
        : earlier.Sizes.Count == 0 ? $"{earlier.Name} {Short(earlier.Digest)}, of which no sizes are known here" : earlier.Digest == image.Digest ? $"this image, as {earlier.Name}" : $"{earlier.Name} {Short(earlier.Digest)}",
        "not in it",
        earlier?.Sizes ?? []);

    private static string Short(string digest) => digest.Length > 19 ? digest[..19] : digest;

    private static IEnumerable<Markup> Bars(ReportImage image, List<ReferenceImage> others, string what, Func<ReportPlatform, long> own, Func<ReportSize, long?> other)
    {
        var most = image.Platforms.SelectMany(platform => others.Select(one => Find(one, platform, other)).Append(own(platform))).Max() ?? 1;
        foreach (var platform in image.Platforms)
        {
            List<Markup> bars = [Bar("own", "this image", own(platform), most)];
            foreach (var (number, one) in others.Index().Where(pair => pair.Item.Sizes.Any(size => other(size) is not null)))
            {
                bars.Add(Find(one, platform, other) is { } bytes ? Bar($"other-{number}", one.Name, bytes, most) : Markup.Of($"<li><span>{one.Name}</span> <i>{one.Otherwise}</i></li>"));
            }

            yield return Markup.Of($"""
                <section class="platform"><h3>{platform.Name} <span class="hidden">{what}</span></h3><ul>{bars}</ul></section>
                """);
        }
    }

    private static Markup Bar(string style, string name, long bytes, long most) =>
        Markup.Of($"<li class=\"{style}\"><span>{name}</span> <svg aria-hidden=\"true\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\"><rect width=\"{Width(bytes, most)}\" height=\"10\"/></svg> <b>{ReportPage.Bytes(bytes)}</b></li>");

    private static long? Find(ReferenceImage image, ReportPlatform platform, Func<ReportSize, long?> size) => image.Sizes.FirstOrDefault(one => one.Platform == platform.Name) is { } found ? size(found) : null;

    private static string Width(long bytes, long most) => Math.Max(2, Math.Round(bytes * 1000.0 / Math.Max(1, most))).ToString(CultureInfo.InvariantCulture);

    private static Markup Legend(List<ReferenceImage> others) => Markup.Join(others.Select((one, number) => Markup.Of($"<span class=\"key other-{number}\"><b>{one.Name}</b>: {one.Source}.</span>")), " ");

    private static Markup Table(ReportImage image, List<ReferenceImage> others) => ReportPage.Table(
        "All sizes in bytes", ["platform", "image", "#unpacked", "#compressed"],
        image.Platforms.SelectMany(platform => others.Select(one => (one.Name, Size: one.Sizes.FirstOrDefault(size => size.Platform == platform.Name)))
            .Prepend((Name: "this image", Size: new ReportSize(platform.Name, platform.Unpacked, platform.Compressed)))
            .Select(one => (IReadOnlyList<Markup>)[Markup.Of($"{platform.Name}"), Markup.Of($"{one.Name}"), Number(one.Size?.Unpacked), Number(one.Size?.Compressed)])));

    private static Markup Number(long? bytes) => bytes is { } known ? Markup.Of($"{known}") : Markup.Of($"unknown");

    private static Markup Variants(ReportImage image) => image.Variants.Count == 0 ? Markup.None : Markup.Of($"""
        <h3>Variants</h3>
        {ReportPage.Table("Variants", ["variant", "digest", "#adds at most, compressed"], image.Variants.Select(variant => (IReadOnlyList<Markup>)[Markup.Of($"{variant.Name}"), Markup.Of($"<code>{variant.Digest}</code>"), Markup.Of($"{ReportPage.Bytes(variant.Added)}")]))}
        """);
}
