using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Supply;

/// <summary>A file of an artifact.</summary>
/// <param name="Title">Its path for clients that unpack the artifact, such as oras: relative, with slashes.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Sha256">Its checksum.</param>
/// <param name="Size">Its size in bytes, at least 1.</param>
/// <param name="Open">Opens it; the stream is seekable.</param>
internal sealed record SuppliedFile(string Title, string MediaType, string Sha256, long Size, Func<Stream> Open)
{
    /// <summary>A file whose media type follows from its name.</summary>
    public static SuppliedFile Of(string title, string sha256, long size, Func<Stream> open) => new(title, TypeOf(title), sha256, size, open);

    /// <summary>Its descriptor. The annotation is that of the OCI's annotations.md which oras names files by.</summary>
    public OciDescriptor Descriptor => new(MediaType, OciDigest.Prefix + Sha256, Size)
    {
        Annotations = new Dictionary<string, string> { [FileArtifact.TitleKey] = Title },
    };

    // Of the types that IANA has registered; application/gzip also stands for a compressed tar.
    private static string TypeOf(string title) => Path.GetExtension(title) switch
    {
        ".deb" => "application/vnd.debian.binary-package",
        ".gz" => "application/gzip",
        ".xz" => "application/x-xz",
        ".bz2" => "application/x-bzip2",
        ".json" => "application/json",
        ".md" => "text/markdown",
        ".dsc" or ".asc" or ".sh" or ".config" or ".patch" or ".diff" => "text/plain",
        _ when title.EndsWith("/InRelease", StringComparison.Ordinal) => "text/plain",
        _ => "application/octet-stream",
    };
}

/// <summary>Files as one OCI artifact, a layer for each (OCI manifest.md, guidelines for artifact usage), so that a registry stores each file once.</summary>
/// <param name="Type">Its artifact type.</param>
/// <param name="Files">The files.</param>
/// <param name="Annotations">Annotations of the artifact.</param>
internal sealed record FileArtifact(string Type, IReadOnlyList<SuppliedFile> Files, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>The annotation of a layer that has the file's path.</summary>
    public const string TitleKey = "org.opencontainers.image.title";

    private static readonly byte[] _empty = "{}"u8.ToArray();

    /// <summary>Its manifest; the same files give the same bytes.</summary>
    public OciManifest Manifest => new(new OciDescriptor(MediaTypes.Empty, OciDigest.Of(_empty), _empty.Length), [.. Files.OrderBy(file => file.Title, StringComparer.Ordinal).Select(file => file.Descriptor)])
    {
        ArtifactType = Type,
        Annotations = Annotations,
    };

    /// <summary>What is pushed.</summary>
    public PushContent Content
    {
        get
        {
            var files = Files.DistinctBy(file => file.Sha256).ToDictionary(file => OciDigest.Prefix + file.Sha256, StringComparer.Ordinal);
            return PushContent.Artifact(Manifest, blob => files.TryGetValue(blob.Digest, out var file) ? file.Open() : new MemoryStream(_empty, writable: false));
        }
    }
}
