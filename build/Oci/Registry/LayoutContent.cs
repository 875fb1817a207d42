namespace BusyboxGlibc.Oci.Registry;

/// <summary>Everything of a layout that a registry must have, in the order it must come.</summary>
internal sealed class LayoutContent
{
    private readonly OciLayoutReader layout;

    private LayoutContent(OciLayoutReader layout, IReadOnlyList<OciDescriptor> blobs, IReadOnlyList<IReadOnlyList<OciDescriptor>> waves) =>
        (this.layout, Blobs, Waves) = (layout, blobs, waves);

    /// <summary>Configurations, layers and whatever attestations hold, each once, the largest first.</summary>
    public IReadOnlyList<OciDescriptor> Blobs { get; }

    /// <summary>The manifests by when they may come: images, attestations, the index. Some registries want what a manifest speaks of before
    /// it; those of one wave do not speak of each other.</summary>
    public IReadOnlyList<IReadOnlyList<OciDescriptor>> Waves { get; }

    /// <summary>All manifests, the index last.</summary>
    public IReadOnlyList<OciDescriptor> Manifests => [.. Waves.SelectMany(wave => wave)];

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
            [
                .. layout.Manifests.DistinctBy(manifest => manifest.Digest).GroupBy(manifest => manifest.IsAttestation).OrderBy(wave => wave.Key).Select(wave => wave.ToList()),
                [layout.Index],
            ]);
    }

    /// <summary>Opens a blob.</summary>
    public Stream Open(OciDescriptor blob) => layout.Blobs.Open(blob);

    /// <summary>The bytes of a manifest or the index, proven to be of its digest.</summary>
    public byte[] Read(OciDescriptor manifest) => layout.Blobs.ReadDocument(manifest);
}
