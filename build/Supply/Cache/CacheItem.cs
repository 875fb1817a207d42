namespace BusyboxGlibc.Supply.Cache;

/// <summary>What an entry of the cache holds.</summary>
internal enum CacheKind
{
    /// <summary>Downloaded packages and sources.</summary>
    Packages,

    /// <summary>Unpacked build roots: the compilers.</summary>
    Compilers,

    /// <summary>Compiled BusyBox, and programs that SmokeTest compiled.</summary>
    Compiled,

    /// <summary>Indices of the archive, as downloaded and as sorted extracts.</summary>
    Indices,

    /// <summary>Compressed layers and their segments.</summary>
    Layers,

    /// <summary>Packages without compression, and emulators.</summary>
    Unpacked,

    /// <summary>Small results: contents of packages, answers, verified signatures.</summary>
    Answers,

    /// <summary>Downloads cut short, and other files that a killed run left.</summary>
    Partial,
}

/// <summary>An entry of the cache: the smallest part that is deleted as a whole.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Path">Its path below the cache, with slashes: <c>sha256/ab/abcd...</c>.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="Bytes">The size of its files, in bytes.</param>
/// <param name="Used">When it was last written or read, UTC; a file system may record reads only once a day, or never.</param>
internal sealed record CacheItem(CacheKind Kind, string Path, bool IsFolder, long Bytes, DateTime Used);

/// <summary>What a cache holds.</summary>
/// <param name="Folder">The cache's folder.</param>
/// <param name="Items">Its entries, in ordinal order of their paths.</param>
/// <param name="Links">Paths below it that are links to elsewhere, which are left alone.</param>
internal sealed record CacheContent(string Folder, IReadOnlyList<CacheItem> Items, IReadOnlyList<string> Links)
{
    /// <summary>The size of all entries, in bytes.</summary>
    public long Bytes => Items.Sum(item => item.Bytes);
}
