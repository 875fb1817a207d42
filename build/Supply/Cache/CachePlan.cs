namespace BusyboxGlibc.Supply.Cache;

/// <summary>What is deleted from a cache, and what stays.</summary>
/// <param name="Content">What the cache holds.</param>
/// <param name="Going">The entries that are deleted, in the order of the content.</param>
internal sealed record CachePlan(CacheContent Content, IReadOnlyList<CacheItem> Going)
{
    /// <summary>The size of what is deleted, in bytes.</summary>
    public long Bytes => Going.Sum(item => item.Bytes);

    /// <summary>
    /// Decides what is deleted: what no known lock needs, and nobody wrote or read for a time. What a killed run left goes at once. An entry from the future, by a clock that was set
    /// back, stays.
    /// </summary>
    /// <param name="content">What the cache holds.</param>
    /// <param name="isNeeded">Whether a lock, or an image that is there, needs the entry.</param>
    /// <param name="olderThan">The time; zero for everything that is not needed.</param>
    /// <param name="now">The current time, UTC.</param>
    public static CachePlan Of(CacheContent content, Predicate<CacheItem> isNeeded, TimeSpan olderThan, DateTime now) =>
        new(content, [.. content.Items.Where(item => item.Kind == CacheKind.Partial || (!isNeeded(item) && now - item.Used is var age && age >= olderThan && age >= TimeSpan.Zero))]);
}
