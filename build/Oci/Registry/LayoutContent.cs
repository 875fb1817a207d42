namespace BusyboxGlibc.Oci.Registry;

/// <summary>Everything of a layout that a registry must have, in the order it must come.</summary>
internal sealed class LayoutContent
{
    private readonly OciLayoutReader layout;

    private LayoutContent(OciLayoutReader layout, IReadOnlyList<OciDescriptor> blobs, IReadOnlyList<OciDescriptor> manifests) =>
        (this.layout, Blobs, Manifests) = (layout, blobs, manifests);

    /// <summary>Configurations, layers and whatever attestations hold, each once, the largest first.</summary>
    public IReadOnlyList<OciDescriptor> Blobs { get; }

    /// <summary>The manifests, images before attestations, since some registries want what a manifest speaks of before it; the index last.</summary>
    public IReadOnlyList<OciDescriptor> Manifests { get; }

    /// <summary>The index.</summary>
    public OciDescriptor Index => layout.Index;

    /// <summary>The bytes of all blobs.</summary>
    public long BlobBytes => Blobs.Sum(blob => blob.Size);

    /// <summary>Reads the layout's documents.</summary>
    /// <exception cref="OciException">One of them is damaged.</exception>
    public static LayoutContent Of(OciLayoutReader layout)
    {
        var blobs = layout.Manifests.Select(layout.ReadManifest).SelectMany(manifest => manifest.Layers.Prepend(manifest.Config));
        return new LayoutContent(
            layout,
            [.. blobs.DistinctBy(blob => blob.Digest).OrderByDescending(blob => blob.Size).ThenBy(blob => blob.Digest, StringComparer.Ordinal)],
            [.. layout.Manifests.OrderBy(manifest => manifest.IsAttestation).DistinctBy(manifest => manifest.Digest), layout.Index]);
    }

    /// <summary>Opens a blob.</summary>
    public Stream Open(OciDescriptor blob) => layout.Blobs.Open(blob);

    /// <summary>The bytes of a manifest or the index, proven to be of its digest.</summary>
    public byte[] Read(OciDescriptor manifest) => layout.Blobs.ReadDocument(manifest);
}
