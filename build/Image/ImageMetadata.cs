using BusyboxGlibc.Busybox;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Image;

/// <summary>What the image says of itself, all of it taken from the lock: no clock, no machine.</summary>
/// <param name="Epoch">The time every file is clamped to and the image is of, seconds since 1970-01-01 UTC.</param>
/// <param name="Lock">What the lock says of the image.</param>
/// <param name="GlibcVersion">glibc's version, <c>2.41</c>.</param>
/// <param name="Suite">The Debian suite.</param>
public sealed record ImageMetadata(long Epoch, ImageLock Lock, string GlibcVersion, SuiteFacts Suite)
{
    /// <summary>The tag of every image, the first of those that <see cref="Registry.Tags.ImageTags"/> gives it.</summary>
    public const string Tag = Registry.Tags.ImageTags.Shortest;

    /// <summary>The label of <see cref="LockDigest"/>.</summary>
    public const string LockDigestKey = Prefix + "lock.digest";

    private const string Prefix = "io.github.busybox-glibc.";

    /// <summary>The metadata of a lock.</summary>
    /// <param name="imageLock">The lock.</param>
    /// <param name="suite">Its suite.</param>
    /// <param name="sourceDateEpoch">SOURCE_DATE_EPOCH, or null for the newest time among what is shipped. That is taken over every
    /// platform of the lock, so that building one of them gives the same bytes as building all.</param>
    /// <param name="busyboxEpoch">The time of the BusyBox release that is compiled, seconds since 1970-01-01 UTC; null where none is.</param>
    public static ImageMetadata Of(ImageLock imageLock, SuiteFacts suite, long? sourceDateEpoch, long? busyboxEpoch = null) => new(
        sourceDateEpoch ?? imageLock.Platforms.SelectMany(platform => platform.Packages).Select(package => package.Newest).Append(busyboxEpoch ?? 0).Max(),
        imageLock,
        imageLock.Platforms.SelectMany(platform => platform.Packages).FirstOrDefault(package => package.Pin.Name == "libc6") is { } libc
            ? DebianVersion.Upstream(libc.Pin.Version)
            : "none",
        suite);

    /// <summary>The digest of the packages and files of some platforms: of nothing else that the lock holds.</summary>
    public string LockDigest(IReadOnlyList<Platform> platforms) =>
        LockFile.ContentDigest(Lock with { Platforms = [.. Lock.Platforms.Where(locked => platforms.Contains(locked.Platform))] });

    /// <summary>Labels of the configuration, and the same as annotations of manifest and index (OCI annotations.md).</summary>
    /// <param name="busybox">The image's BusyBox.</param>
    /// <param name="platforms">The platforms they speak of: an image's one, or those of the index.</param>
    public IReadOnlyDictionary<string, string> Labels(BusyboxIdentity busybox, IReadOnlyList<Platform> platforms) => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["org.opencontainers.image.base.name"] = "scratch",
        [Oci.AnnotationKeys.Created] = Oci.Rfc3339.FromEpoch(Epoch),
        ["org.opencontainers.image.description"] = "BusyBox, glibc and the shared libraries that dynamically linked C and C++ programs need",
        ["org.opencontainers.image.licenses"] = "GPL-2.0-only AND LGPL-2.1-or-later AND GPL-3.0-or-later WITH GCC-exception-3.1",
        ["org.opencontainers.image.title"] = "busybox:glibc",
        ["org.opencontainers.image.vendor"] = "busybox-glibc",
        [Oci.AnnotationKeys.Version] = $"{busybox.Version}-glibc-debian{Suite.Version}",
        [Oci.AnnotationKeys.BusyboxOrigin] = busybox.Origin == BusyboxOrigin.Debian ? "debian" : "upstream",
        [Oci.AnnotationKeys.BusyboxVersion] = busybox.Version,
        [Prefix + "debian.suite"] = Suite.Codename,
        [Prefix + "glibc.version"] = GlibcVersion,
        [LockDigestKey] = LockDigest(platforms),
    };

    /// <summary>The history entry of the layer.</summary>
    public string CreatedBy(BusyboxIdentity busybox, Platform platform) => $"busybox-glibc: BusyBox {busybox.Version}{(busybox.Origin == BusyboxOrigin.Debian ? " from Debian" : string.Empty)}, glibc {GlibcVersion}, Debian {Suite.Version}, lock {LockDigest([platform])}";
}
