namespace BusyboxGlibc.Oci;

/// <summary>The annotation keys that this room reads or writes by name.</summary>
internal static class AnnotationKeys
{
    /// <summary>Only the tag, <c>glibc</c>: skopeo and umoci select by it (OCI image-layout.md).</summary>
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>The full reference, <c>docker.io/library/busybox:glibc</c>: containerd uses it as the name of the imported image.</summary>
    public const string ContainerdName = "io.containerd.image.name";

    /// <summary>How a manifest relates to another; BuildKit writes <c>attestation-manifest</c>.</summary>
    public const string DockerReferenceType = "vnd.docker.reference.type";

    /// <summary>The value of <see cref="DockerReferenceType"/> for attestations.</summary>
    public const string AttestationManifest = "attestation-manifest";

    /// <summary>The digest of the image manifest that an attestation manifest describes.</summary>
    public const string DockerReferenceDigest = "vnd.docker.reference.digest";

    /// <summary>The creation time of the image, RFC 3339 (OCI annotations.md).</summary>
    public const string Created = "org.opencontainers.image.created";

    /// <summary>The image's version, <c>1.38.0-glibc-debian13</c>.</summary>
    public const string Version = "org.opencontainers.image.version";

    /// <summary>The origin of BusyBox: <c>upstream</c> or <c>debian</c>.</summary>
    public const string BusyboxOrigin = "io.github.busybox-glibc.busybox.origin";

    /// <summary>The digest of <c>abi.json</c>, on the index: which libraries and symbol versions the image promises.</summary>
    public const string AbiDigest = "io.github.busybox-glibc.abi.digest";

    /// <summary>The variant that an image is; the image itself has none.</summary>
    public const string Variant = "io.github.busybox-glibc.variant";

    /// <summary>The version of BusyBox, <c>1.38.0</c>.</summary>
    public const string BusyboxVersion = "io.github.busybox-glibc.busybox.version";

    /// <summary>The version of the C library, <c>2.41</c>; several are separated by commas.</summary>
    public const string GlibcVersion = "io.github.busybox-glibc.glibc.version";

    /// <summary>The digest of the part of the lock that the image was made from.</summary>
    public const string LockDigest = "io.github.busybox-glibc.lock.digest";
}
