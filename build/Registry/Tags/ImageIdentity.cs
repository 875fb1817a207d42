using System.Globalization;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Registry.Tags;

/// <summary>The metadata of an image that decides whether its tags may move.</summary>
/// <param name="Busybox">Its BusyBox version; null if the image does not state it.</param>
/// <param name="HasDebianBusybox">Whether BusyBox is Debian's package, which lacks applets.</param>
/// <param name="Version">Its full version, <c>1.38.0-glibc-debian13</c>; empty if it has none.</param>
/// <param name="Created">Its creation date, UTC; null if the image does not state it.</param>
/// <param name="Platforms">Its platforms, <c>linux/arm/v7</c>.</param>
internal sealed record ImageIdentity(
    BusyboxNumber? Busybox, bool HasDebianBusybox, string Version, DateOnly? Created, IReadOnlySet<string> Platforms)
{
    /// <summary>The digest of what it promises to programs; null if it does not state it.</summary>
    public string? AbiDigest { get; init; }

    /// <summary>The variant that it is, which follows a dash in its tags; null for the image itself.</summary>
    public string? Variant { get; init; }

    /// <summary>The version of its C library; null if it does not state it.</summary>
    public string? Glibc { get; init; }

    /// <summary>The digest of the lock that it was made from; null if it does not state it.</summary>
    public string? LockDigest { get; init; }

    /// <summary>Whether an image of this build states it.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Reads the identity of a layout from the annotations of its index.</summary>
    public static ImageIdentity Of(OciLayoutReader layout) => Of(
        layout.Annotations, layout.Manifests.Where(manifest => !manifest.IsAttestation && manifest.Platform is { Os.Length: > 0 }).Select(manifest => manifest.Platform!.ToString()));

    /// <summary>Reads the identity from annotations or labels, which are untrusted.</summary>
    /// <param name="annotations">The annotations of an index or a manifest, or the labels of a configuration.</param>
    /// <param name="platforms">The image's platforms; <c>linux/arm64/v8</c> is the same as <c>linux/arm64</c>.</param>
    public static ImageIdentity Of(IReadOnlyDictionary<string, string> annotations, IEnumerable<string> platforms)
    {
        var version = annotations.GetValueOrDefault(AnnotationKeys.Version, string.Empty);

        // The official image has none of our annotations, but its version is 1.37.0-glibc.
        var busybox = BusyboxNumber.Find(annotations.GetValueOrDefault(AnnotationKeys.BusyboxVersion))
            ?? (version.Contains("-glibc", StringComparison.Ordinal) ? BusyboxNumber.Find(version) : null);
        return new ImageIdentity(
            busybox,
            annotations.GetValueOrDefault(AnnotationKeys.BusyboxOrigin) == "debian",
            version,
            DateTimeOffset.TryParse(annotations.GetValueOrDefault(AnnotationKeys.Created), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? DateOnly.FromDateTime(time.UtcDateTime)
                : null,
            platforms.Select(platform => platform == "linux/arm64/v8" ? "linux/arm64" : platform).ToHashSet(StringComparer.Ordinal))
        {
            Variant = annotations.GetValueOrDefault(AnnotationKeys.Variant),
            AbiDigest = annotations.GetValueOrDefault(AnnotationKeys.AbiDigest),
            Glibc = annotations.GetValueOrDefault(AnnotationKeys.GlibcVersion),
            LockDigest = annotations.GetValueOrDefault(AnnotationKeys.LockDigest),
            IsOwn = annotations.ContainsKey(AnnotationKeys.BusyboxVersion),
        };
    }
}
