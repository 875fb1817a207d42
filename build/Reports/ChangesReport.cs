using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Changes;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Reports;

/// <summary>The answer of Diff as text.</summary>
internal static class ChangesReport
{
    private const int MostFiles = 40;
    private const int MostNames = 60;
    private const int LongestValue = 80;
    private const string Database = "/var/lib/dpkg/";

    /// <summary>The lines: what changed, the same on several platforms once.</summary>
    public static IReadOnlyList<string> Lines(ChangesAnswer answer)
    {
        if (!answer.IsChanged)
        {
            return [$"nothing changed: {SafeText.Text(answer.From)} and {SafeText.Text(answer.To)} are the same on {Plural.Count(answer.Same.Count, "platform")}"];
        }

        return
        [
            $"from  {SafeText.Text(answer.From)}",
            $"to    {SafeText.Text(answer.To)}",
            .. Platforms(answer),
            .. Section("packages", Of(answer, ChangeSubject.Package).Select(row => $"{SafeText.Text(row.Change.Name)}  {Values(row.Change)}{row.On}")),
            .. Section("security", answer.Fixes.SelectMany(source => source.Lines()).Select(line => SafeText.Cut(line, 300))),
            .. Section("libraries", Of(answer, ChangeSubject.Library).Select(row => $"{SafeText.Text(row.Change.Name)}  {Symbols(row.Change)}{row.On}")),
            .. Section("applets", Applets(answer)),
            .. Section("settings", Of(answer, ChangeSubject.Setting).Select(row => $"{SafeText.Text(row.Change.Name)}  {Values(row.Change)}{row.On}")),
            .. Section("files", Files(answer, MostFiles, "--json lists all")),
            .. Section("sizes", Sizes(answer) is { Count: > 0 } sizes ? TextTable.Lines(sizes) : []),
        ];
    }

    /// <summary>The answer in one line if the images differ; null if they are the same.</summary>
    public static string? No(ChangesAnswer answer)
    {
        if (!answer.IsChanged)
        {
            return null;
        }

        var (gained, lost) = (Count(answer, isBack: false), Count(answer, isBack: true));
        return $"the images differ{(gained > 0 ? $", and {Plural.Count(gained, "CVE")} {(gained == 1 ? "is" : "are")} fixed" : string.Empty)}{(lost > 0 ? $", and {Plural.Count(lost, "CVE")} {(lost == 1 ? "is" : "are")} no longer fixed" : string.Empty)}";
    }

    /// <summary>The number of CVEs that are fixed, or no longer fixed.</summary>
    internal static int Count(ChangesAnswer answer, bool isBack) => answer.Fixes.Where(source => source.IsBack == isBack).SelectMany(source => source.Cves).Distinct(StringComparer.Ordinal).Count();

    /// <summary>The platforms that are the same, new or gone, in words.</summary>
    internal static IEnumerable<string> Platforms(ChangesAnswer answer)
    {
        if (answer.Added.Count > 0)
        {
            yield return $"new platform: {string.Join(", ", answer.Added)}";
        }

        if (answer.Removed.Count > 0)
        {
            yield return $"without platform: {string.Join(", ", answer.Removed)}";
        }

        if (answer.Same.Count > 0)
        {
            yield return $"nothing changed on {string.Join(", ", answer.Same)}";
        }
    }

    /// <summary>The changes of a subject, each with the platforms that have it if not all have it.</summary>
    internal static IEnumerable<(ImageChange Change, string On)> Of(ChangesAnswer answer, ChangeSubject subject) => answer.Platforms
        .SelectMany(one => one.Changes.Where(change => change.Subject == subject).Select(change => (Change: change, one.Platform)))
        .GroupBy(row => (row.Change.Kind, row.Change.Name, Text(row.Change)))
        .OrderBy(same => same.Key.Name, StringComparer.Ordinal)
        .Select(same => (same.First().Change, On(same.Select(row => row.Platform), answer)));

    /// <summary>The values before and after.</summary>
    internal static string Values(ImageChange change) => change.Differences is not [var only] ? KindOf(change.Kind)
        : change.Kind == ChangeKind.Changed ? $"{Cut(only.Before)} → {Cut(only.After)}" : $"{KindOf(change.Kind)} {Cut(only.Before ?? only.After)}".TrimEnd();

    /// <summary>What a library gives more or less.</summary>
    internal static string Symbols(ImageChange change)
    {
        var (lost, won) = (change.Differences.Select(one => one.Before).OfType<string>().ToList(), change.Differences.Select(one => one.After).OfType<string>().ToList());
        return string.Join(", ", new[]
        {
            change.Kind == ChangeKind.Changed ? null : KindOf(change.Kind),
            won.Count > 0 ? $"with {Cut(string.Join(' ', won))}" : null,
            lost.Count > 0 ? $"without {Cut(string.Join(' ', lost))}" : null,
        }.OfType<string>());
    }

    /// <summary>The files, those of dpkg's records and other times as numbers only.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="most">How many are listed.</param>
    /// <param name="next">Where the others are listed.</param>
    internal static IEnumerable<string> Files(ChangesAnswer answer, int most, string next)
    {
        var rows = answer.Platforms.SelectMany(one => one.Changes.Where(change => change.Subject == ChangeSubject.File).Select(change => (Change: change, one.Platform)))
            .GroupBy(row => (row.Change.Name, row.Change.Kind, Properties: Properties(row.Change)))
            .OrderBy(same => same.Key.Name, StringComparer.Ordinal).ToList();
        var listed = rows.Where(same => !same.Key.Name.StartsWith(Database, StringComparison.Ordinal)).ToList();
        foreach (var same in listed.Take(most))
        {
            var text = string.Join(", ", new[] { same.Key.Properties, Delta([.. same.Select(row => row.Change)]) }.Where(part => part.Length > 0));
            yield return $"{KindOf(same.Key.Kind)}  {SafeText.Text(same.Key.Name)}{(text.Length > 0 ? $"  {text}" : string.Empty)}{On(same.Select(row => row.Platform), answer)}";
        }

        if (listed.Count > most)
        {
            yield return $"and {listed.Count - most} more: {next}";
        }

        if (rows.Count - listed.Count is > 0 and var records)
        {
            yield return $"and {Plural.Count(records, "record")} of packages in {Database}";
        }

        if (answer.Platforms.Max(one => (int?)one.OtherTimes) is > 0 and var times)
        {
            yield return $"and {times} with nothing but another time";
        }
    }

    /// <summary>The sizes of all platforms, headings first.</summary>
    internal static IReadOnlyList<string[]> Sizes(ChangesAnswer answer) => answer.Platforms.Count == 0 ? [] :
    [
        ["platform", "unpacked", "compressed", "files"],
        .. answer.Platforms.Select(one => new[]
        {
            one.Platform.Name,
            $"{HumanReadable.Bytes(one.After.Unpacked, 2)} ({Signed(one.After.Unpacked - one.Before.Unpacked)})",
            $"{HumanReadable.Bytes(one.After.Compressed, 2)} ({Signed(one.After.Compressed - one.Before.Compressed)})",
            $"{one.After.Files} ({(one.After.Files >= one.Before.Files ? "+" : "−")}{Math.Abs(one.After.Files - one.Before.Files)})",
        }),
    ];

    /// <summary>The word for a kind of change.</summary>
    internal static string KindOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Added => "added",
        ChangeKind.Removed => "removed",
        _ => "changed",
    };

    /// <summary>The applets, in one line for each kind and list of platforms.</summary>
    internal static IEnumerable<string> Applets(ChangesAnswer answer) => Of(answer, ChangeSubject.Applet)
        .GroupBy(row => (row.Change.Kind, row.On))
        .Select(same => $"{KindOf(same.Key.Kind)}  {string.Join(' ', same.Take(MostNames).Select(row => SafeText.Text(row.Change.Name)))}{(same.Count() > MostNames ? $" and {same.Count() - MostNames} more" : string.Empty)}{same.Key.On}");

    private static IEnumerable<string> Section(string name, IEnumerable<string> lines)
    {
        var any = false;
        foreach (var line in lines)
        {
            if (!any)
            {
                yield return name;
                any = true;
            }

            yield return $"  {line}";
        }
    }

    private static string Text(ImageChange change) => string.Join('\n', change.Differences);

    // What differs besides the content.
    private static string Properties(ImageChange change) => string.Join(", ", change.Differences.Where(one => one.What != "sha256").Select(one =>
        change.Kind != ChangeKind.Changed ? one.What == "target" ? $"→ {Cut(one.Before ?? one.After)}" : (one.Before ?? one.After) is "file" ? string.Empty : Cut(one.Before ?? one.After)
        : $"{one.What} {Cut(one.Before)} → {Cut(one.After)}").Where(text => text.Length > 0));

    // On several platforms the least and the greatest.
    private static string Delta(IReadOnlyList<ImageChange> changes)
    {
        if (changes.All(change => change.SizeBefore == change.SizeAfter && change.Differences.All(one => one.What != "sha256")))
        {
            return string.Empty;
        }

        var deltas = changes.Select(change => (change.SizeAfter ?? 0) - (change.SizeBefore ?? 0)).ToList();
        var (least, most) = (Signed(deltas.Min()), Signed(deltas.Max()));
        return deltas.All(delta => delta == 0) ? "other content of the same size" : least == most ? least : $"{least} to {most}";
    }

    private static string Signed(long bytes) => $"{(bytes < 0 ? "−" : "+")}{HumanReadable.Bytes(Math.Abs(bytes))}";

    private static string Cut(string? text) => SafeText.Cut(text ?? "nothing", LongestValue);

    private static string On(IEnumerable<Platform> platforms, ChangesAnswer answer) =>
        platforms.ToList() is var these && these.Count == answer.Platforms.Count && answer.Same.Count == 0 ? string.Empty : $"  on {string.Join(", ", these)}";
}
