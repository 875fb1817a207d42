using BusyboxGlibc.Busybox;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Image;

/// <summary>The image's metadata, derived only from the lock: independent of clock and machine.</summary>
/// <param name="Epoch">The creation time of the image and the upper limit of file times, in seconds since 1970-01-01 UTC.</param>
/// <param name="Lock">The part of the lock that applies to the image.</param>
/// <param name="GlibcVersion">The version of glibc, <c>2.41</c>.</param>
/// <param name="Suite">The Debian suite.</param>
public sealed record ImageMetadata(long Epoch, ImageLock Lock, string GlibcVersion, SuiteFacts Suite)
{
    /// <summary>The tag of every image, the first of the tags from <see cref="Registry.Tags.ImageTags"/>.</summary>
    public const string Tag = Registry.Tags.ImageTags.Shortest;

    /// <summary>The label of <see cref="LockDigest"/>.</summary>
    public const string LockDigestKey = Oci.AnnotationKeys.LockDigest;

    private const string Prefix = "io.github.busybox-glibc.";

    /// <summary>The variant that it describes; null for the image itself.</summary>
    public string? Variant { get; init; }

    /// <summary>The metadata of a lock.</summary>
    /// <param name="imageLock">The lock.</param>
    /// <param name="suite">Its suite.</param>
    /// <param name="sourceDateEpoch">SOURCE_DATE_EPOCH, or null for the newest time of the packaged files. That is computed over every
    /// platform of the lock that comes from its suite, so that building one of them gives the same bytes as building all, with or without those of other suites.</param>
    /// <param name="busyboxEpoch">The time of the compiled BusyBox release, in seconds since 1970-01-01 UTC; null if it is not compiled.</param>
    public static ImageMetadata Of(ImageLock imageLock, SuiteFacts suite, long? sourceDateEpoch, long? busyboxEpoch = null) => new(
        sourceDateEpoch ?? OfSuite(imageLock).SelectMany(platform => platform.Packages).Select(package => package.Newest).Append(busyboxEpoch ?? 0).Max(),
        imageLock,
        GlibcOf(OfSuite(imageLock)),
        suite);

    // All of them, if all come from other suites.
    private static IEnumerable<LockedPlatform> OfSuite(ImageLock imageLock) =>
        imageLock.Platforms.Where(platform => platform.Suite is null) is var own && own.Any() ? own : imageLock.Platforms;

    private static string GlibcOf(IEnumerable<LockedPlatform> platforms) =>
        platforms.SelectMany(platform => platform.Packages).FirstOrDefault(package => package.Pin.Name == "libc6") is { } libc ? DebianVersion.Upstream(libc.Pin.Version) : "none";

    // The platforms that an image or an index has; of its suites, the lock's is first.
    private List<LockedPlatform> Described(IReadOnlyList<Platform> platforms) => [.. Lock.Platforms.Where(locked => platforms.Contains(locked.Platform)).OrderBy(locked => locked.Suite is not null)];

    private List<SuiteFacts> SuitesOf(IReadOnlyList<Platform> platforms) =>
        Described(platforms) is { Count: > 0 } locked ? [.. locked.Select(platform => platform.Suite is { } other ? Suites.Find(other)! : Suite).Distinct()] : [Suite];

    private string GlibcFor(IReadOnlyList<Platform> platforms) => Described(platforms) is { Count: > 0 } locked ? GlibcOf(locked) : GlibcVersion;

    /// <summary>The version of an image, which is one of its tags. It names every Debian release that packages of the image come from: an image with platforms of
    /// two does not take the tag of one.</summary>
    /// <param name="busybox">The version of BusyBox; null if there is none.</param>
    /// <param name="glibc">The version of glibc, for an image without BusyBox.</param>
    /// <param name="debian">The version numbers of the Debian releases, that of most platforms first.</param>
    internal static string Version(string? busybox, string glibc, IEnumerable<string> debian) =>
        $"{(busybox is null ? glibc : $"{busybox}-glibc")}{string.Concat(debian.Select(version => $"-debian{version}"))}";

    /// <summary>The digest of the packages and files of some platforms, and of nothing else in the lock.</summary>
    public string LockDigest(IReadOnlyList<Platform> platforms) =>
        LockFile.ContentDigest(Lock with { Platforms = [.. Lock.Platforms.Where(locked => platforms.Contains(locked.Platform))] });

    /// <summary>The labels of the configuration, which are also the annotations of manifest and index (OCI annotations.md).</summary>
    /// <param name="busybox">The image's BusyBox.</param>
    /// <param name="platforms">The platforms they describe: one for an image, or all of the index.</param>
    public IReadOnlyDictionary<string, string> Labels(BusyboxIdentity busybox, IReadOnlyList<Platform> platforms) => new SortedDictionary<string, string>(
        (Variant is null ? [] : new Dictionary<string, string> { [Oci.AnnotationKeys.Variant] = Variant }), StringComparer.Ordinal)
    {
        ["org.opencontainers.image.base.name"] = "scratch",
        [Oci.AnnotationKeys.Created] = Oci.Rfc3339.FromEpoch(Epoch),
        ["org.opencontainers.image.description"] = "BusyBox, glibc and the shared libraries that dynamically linked C and C++ programs need",
        ["org.opencontainers.image.licenses"] = "GPL-2.0-only AND LGPL-2.1-or-later AND GPL-3.0-or-later WITH GCC-exception-3.1",
        ["org.opencontainers.image.title"] = "busybox:glibc",
        ["org.opencontainers.image.vendor"] = "busybox-glibc",
        [Oci.AnnotationKeys.Version] = Version(busybox.Origin == BusyboxOrigin.None ? null : busybox.Version, GlibcFor(platforms), SuitesOf(platforms).Select(suite => suite.Version)),
        [Oci.AnnotationKeys.BusyboxOrigin] = busybox.Origin switch { BusyboxOrigin.Debian => "debian", BusyboxOrigin.None => "none", _ => "upstream" },
        [Oci.AnnotationKeys.BusyboxVersion] = busybox.Version,
        [Prefix + "debian.suite"] = string.Join(',', SuitesOf(platforms)),
        [Oci.AnnotationKeys.GlibcVersion] = GlibcFor(platforms),
        [LockDigestKey] = LockDigest(platforms),
    };

    /// <summary>The history entry of the layer.</summary>
    public string CreatedBy(BusyboxIdentity busybox, Platform platform) => $"busybox-glibc: {(busybox.Origin == BusyboxOrigin.None ? "no BusyBox" : $"BusyBox {busybox.Version}{(busybox.Origin == BusyboxOrigin.Debian ? " from Debian" : string.Empty)}")}, glibc {GlibcFor([platform])}, Debian {SuitesOf([platform])[0].Version}, lock {LockDigest([platform])}";
}
