namespace BusyboxGlibc.Supply.Sources;

/// <summary>The artifact that the sources of an image are in a registry.</summary>
internal static class SourceArtifact
{
    /// <summary>Its type.</summary>
    public const string Type = "application/vnd.busybox-glibc.sources.v1";

    // As Red Hat's source images, which skopeo and cosign users know: the tag of the image, then -source.
    private const string Suffix = "-source";

    private const int ShortDigest = 12;

    /// <summary>The tags of the sources: the one that follows the image, and one for each lock, which stays when the image is replaced.</summary>
    /// <param name="tag">The image's tag, <c>glibc</c>.</param>
    /// <param name="version">The image's version.</param>
    /// <param name="lockDigest">The digest of its label for the lock.</param>
    public static IReadOnlyList<string> Tags(string tag, string version, string lockDigest) => [$"{version}-{Oci.OciDigest.Hex(lockDigest)[..ShortDigest]}{Suffix}", $"{tag}{Suffix}"];
}
