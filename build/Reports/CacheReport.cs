using System.Globalization;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Supply.Cache;

namespace BusyboxGlibc.Reports;

/// <summary>What a cache holds by kind, what can go or is gone, and what stays though it could go.</summary>
internal static class CacheReport
{
    private const int MostLines = 5;

    /// <summary>The lines.</summary>
    /// <param name="plan">What can go.</param>
    /// <param name="pruned">What is gone; null if nothing was deleted.</param>
    /// <param name="now">The current time, UTC.</param>
    public static IReadOnlyList<string> Lines(CachePlan plan, PrunedCache? pruned, DateTime now)
    {
        var gone = (pruned?.Deleted ?? plan.Going).ToHashSet();
        List<string[]> rows = [["kind", "held", "oldest", pruned is null ? "can go" : "freed", "entries"]];
        rows.AddRange(Enum.GetValues<CacheKind>().Select(kind => Row(NameOf(kind), [.. plan.Content.Items.Where(item => item.Kind == kind)], gone, now)));
        rows.Add(Row("all", plan.Content.Items, gone, now));
        return
        [
            SafeText.Text(plan.Content.Folder),
            .. TextTable.Lines(rows, 1),
            .. Some(plan.Content.Links, link => $"{link} is a link: what it leads to is left alone"),
            .. Some(pruned?.Held ?? [], item => $"{item.Path} is in use, and stays"),
            .. Some(pruned?.Failed ?? [], failure => $"{failure.Item.Path} cannot be deleted: {failure.Why}"),
            pruned is null
                ? $"{HumanReadable.Bytes(plan.Bytes)} of {HumanReadable.Bytes(plan.Content.Bytes)} can go: no lock that was used needs it"
                : $"{HumanReadable.Bytes(pruned.Bytes)} freed, {HumanReadable.Bytes(plan.Content.Bytes - pruned.Bytes)} stay",
        ];
    }

    /// <summary>An age in whole days, or hours if it is less than two days.</summary>
    public static string Age(TimeSpan age) => age.TotalHours < 48 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)age.TotalHours)} h") : string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays} d");

    private static string[] Row(string name, IReadOnlyList<CacheItem> items, HashSet<CacheItem> gone, DateTime now) =>
    [
        name,
        HumanReadable.Bytes(items.Sum(item => item.Bytes)),
        items.Count == 0 ? "-" : Age(now - items.Min(item => item.Used)),
        HumanReadable.Bytes(items.Where(gone.Contains).Sum(item => item.Bytes)),
        $"{items.Count(gone.Contains).ToString(CultureInfo.InvariantCulture)} of {items.Count.ToString(CultureInfo.InvariantCulture)}",
    ];

    private static IEnumerable<string> Some<T>(IReadOnlyList<T> all, Func<T, string> line) =>
        all.Take(MostLines).Select(one => SafeText.Text(line(one))).Concat(all.Count > MostLines ? [$"and {all.Count - MostLines} more"] : []);

    private static string NameOf(CacheKind kind) => kind switch
    {
        CacheKind.Packages => "packages, sources",
        CacheKind.Compilers => "compilers",
        CacheKind.Compiled => "compiled programs",
        CacheKind.Indices => "indices",
        CacheKind.Layers => "layers",
        CacheKind.Unpacked => "unpacked packages",
        CacheKind.Answers => "answers",
        _ => "cut short",
    };
}
