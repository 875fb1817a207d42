namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// Limits on the work that a package file can cause, whatever its headers declare. Every limit is far above the needs of Debian's packages here, and
/// exceeding one is a <see cref="DebianException"/>. A user's own packages may be larger: the limit on their unpacked size is a setting.
/// </summary>
internal sealed record DebLimits
{
    /// <summary>Largest regular file, in bytes: a file that is used is held in memory, as one array.</summary>
    public long MaxMemberSize { get; init; } = Array.MaxLength;

    /// <summary>Largest decompressed data archive, including headers and padding, in bytes.</summary>
    public long MaxUnpackedSize { get; init; } = 4L << 30;

    /// <summary>Largest number of members of an archive.</summary>
    public int MaxEntries { get; init; } = 200_000;

    /// <summary>Longest path and longest link target, in bytes of UTF-8.</summary>
    public int MaxPathLength { get; init; } = 4096;

    /// <summary>Largest number of characters of all paths together, including implied folders: they are kept in memory.</summary>
    public long MaxPathCharacters { get; init; } = 32L << 20;

    /// <summary>Largest decompressed control archive, in bytes.</summary>
    public int MaxControlSize { get; init; } = 16 << 20;

    /// <summary>Largest dictionary or window that compressed data may request, in bytes; no more than this is allocated. <c>zstd --ultra -22</c>
    /// requests this size, and zstd's own decoder accepts it by default.</summary>
    public int MaxDictionary { get; init; } = 128 << 20;

    /// <summary>The limits that the program uses.</summary>
    public static DebLimits Default { get; private set; } = new();

    /// <summary>Sets the limit on the unpacked size of a package; call it once, before the first package is read.</summary>
    /// <param name="bytes">The size in bytes.</param>
    public static void AllowUnpacked(long bytes) => Default = Default with { MaxUnpackedSize = bytes };
}
