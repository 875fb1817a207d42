namespace BusyboxGlibc.Oci;

/// <summary>The media types of the OCI image specification 1.1 (media-types.md), of BuildKit's attestations, and of Docker's image manifest
/// version 2, schema 2, for registries that do not support OCI.</summary>
internal static class MediaTypes
{
    /// <summary>An image index.</summary>
    public const string Index = "application/vnd.oci.image.index.v1+json";

    /// <summary>An image manifest.</summary>
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>An image configuration.</summary>
    public const string Config = "application/vnd.oci.image.config.v1+json";

    /// <summary>A layer: a tar compressed with gzip.</summary>
    public const string LayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>The two bytes <c>{}</c> that replace the configuration of an artifact without one.</summary>
    public const string Empty = "application/vnd.oci.empty.v1+json";

    /// <summary>Docker's manifest list, its form of an index.</summary>
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>Docker's image manifest.</summary>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Docker's image configuration; it has the same bytes as OCI's.</summary>
    public const string DockerConfig = "application/vnd.docker.container.image.v1+json";

    /// <summary>Docker's layer: a tar compressed with gzip.</summary>
    public const string DockerLayer = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    /// <summary>A layer: a tar without compression, as <c>docker save</c> writes it.</summary>
    public const string LayerTar = "application/vnd.oci.image.layer.v1.tar";

    /// <summary>A layer: a tar compressed with Zstandard.</summary>
    public const string LayerZstd = "application/vnd.oci.image.layer.v1.tar+zstd";

    /// <summary>Docker's layer without compression, as <c>podman save</c> writes it.</summary>
    public const string DockerLayerTar = "application/vnd.docker.image.rootfs.diff.tar";

    /// <summary>Docker's layer compressed with Zstandard, which the specification does not define but engines accept.</summary>
    public const string DockerLayerZstd = "application/vnd.docker.image.rootfs.diff.tar.zstd";

    /// <summary>Whether it is an index of OCI or of Docker.</summary>
    public static bool IsIndex(string mediaType) => mediaType is Index or DockerList;

    /// <summary>Whether it is an image manifest of OCI or of Docker.</summary>
    public static bool IsManifest(string mediaType) => mediaType is Manifest or DockerManifest;
}
