namespace BusyboxGlibc.Oci;

/// <summary>The media types of the OCI image specification 1.1 (media-types.md) and of BuildKit's attestations.</summary>
public static class MediaTypes
{
    /// <summary>An image index.</summary>
    public const string Index = "application/vnd.oci.image.index.v1+json";

    /// <summary>An image manifest.</summary>
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>An image configuration.</summary>
    public const string Config = "application/vnd.oci.image.config.v1+json";

    /// <summary>A layer: a tar compressed with gzip.</summary>
    public const string LayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>The two bytes <c>{}</c> that stand where an artifact has no configuration.</summary>
    public const string Empty = "application/vnd.oci.empty.v1+json";
}
