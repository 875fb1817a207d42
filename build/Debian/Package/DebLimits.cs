namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// How much a package file may make its reader do, whatever its headers declare. Every limit is far above what a package
/// of Debian's needs here, and each one that is passed is a <see cref="DebianException"/>. Packages of one's own may be larger:
/// what they may unpack to is a setting.
/// </summary>
internal sealed record DebLimits
{
    /// <summary>Largest regular file, in bytes: one that is taken is held in memory, as one array.</summary>
    public long MaxMemberSize { get; init; } = Array.MaxLength;

    /// <summary>Largest data archive once decompressed, headers and padding included, in bytes.</summary>
    public long MaxUnpackedSize { get; init; } = 4L << 30;

    /// <summary>Most members of an archive.</summary>
    public int MaxEntries { get; init; } = 200_000;

    /// <summary>Longest path and longest link target, in bytes of UTF-8.</summary>
    public int MaxPathLength { get; init; } = 4096;

    /// <summary>Most characters of all paths together, of folders that are only implied too: they are kept in memory.</summary>
    public long MaxPathCharacters { get; init; } = 32L << 20;

    /// <summary>Largest control archive once decompressed, in bytes.</summary>
    public int MaxControlSize { get; init; } = 16 << 20;

    /// <summary>Largest dictionary or window that compressed data may ask for, in bytes; what is allocated is this much at most.
    /// It is what <c>zstd --ultra -22</c> asks for, and what zstd's own decoder takes by default.</summary>
    public int MaxDictionary { get; init; } = 128 << 20;

    /// <summary>Limits as the product uses them.</summary>
    public static DebLimits Default { get; private set; } = new();

    /// <summary>Sets what a package may unpack to, once, before the first is read.</summary>
    /// <param name="bytes">The size in bytes.</param>
    public static void AllowUnpacked(long bytes) => Default = Default with { MaxUnpackedSize = bytes };
}
