using System.Globalization;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Registry.Tags;

/// <summary>What an image says of itself that decides over its tags.</summary>
/// <param name="Busybox">Its BusyBox; null where it does not say.</param>
/// <param name="HasDebianBusybox">Whether that is Debian's package, which lacks applets.</param>
/// <param name="Version">Its whole version, <c>1.38.0-glibc-debian13</c>; empty where it has none.</param>
/// <param name="Created">Its day, UTC; null where it does not say.</param>
/// <param name="Platforms">Its platforms, <c>linux/arm/v7</c>.</param>
internal sealed record ImageIdentity(
    BusyboxNumber? Busybox, bool HasDebianBusybox, string Version, DateOnly? Created, IReadOnlySet<string> Platforms)
{
    /// <summary>What a layout says, in the annotations of its index.</summary>
    public static ImageIdentity Of(OciLayoutReader layout) => Of(
        layout.Annotations, layout.Manifests.Where(manifest => !manifest.IsAttestation).Select(manifest => manifest.Platform?.ToString() ?? string.Empty));

    /// <summary>What annotations or labels say; anybody may have written them.</summary>
    /// <param name="annotations">Of an index or a manifest, or the labels of a configuration.</param>
    /// <param name="platforms">The image's platforms; <c>linux/arm64/v8</c> is the same as <c>linux/arm64</c>.</param>
    public static ImageIdentity Of(IReadOnlyDictionary<string, string> annotations, IEnumerable<string> platforms)
    {
        var version = annotations.GetValueOrDefault(AnnotationKeys.Version, string.Empty);

        // The official image has no annotation of ours, but its version is 1.37.0-glibc.
        var busybox = BusyboxNumber.Find(annotations.GetValueOrDefault(AnnotationKeys.BusyboxVersion))
            ?? (version.Contains("-glibc", StringComparison.Ordinal) ? BusyboxNumber.Find(version) : null);
        return new ImageIdentity(
            busybox,
            annotations.GetValueOrDefault(AnnotationKeys.BusyboxOrigin) == "debian",
            version,
            DateTimeOffset.TryParse(annotations.GetValueOrDefault(AnnotationKeys.Created), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? DateOnly.FromDateTime(time.UtcDateTime)
                : null,
            platforms.Select(platform => platform == "linux/arm64/v8" ? "linux/arm64" : platform).ToHashSet(StringComparer.Ordinal));
    }
}
