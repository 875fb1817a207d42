namespace BusyboxGlibc.Oci.Layout;

/// <summary>How much a layout may ask of its reader.</summary>
/// <param name="MaximumDocumentSize">The longest JSON document, in bytes.</param>
/// <param name="MaximumLayerSize">The longest layer, decompressed, in bytes.</param>
/// <param name="MaximumManifests">The most entries of an index.</param>
internal sealed record LayoutLimits(int MaximumDocumentSize, long MaximumLayerSize, int MaximumManifests)
{
    /// <summary>4 MiB (what registries take as a manifest), 2 GiB, 256 entries.</summary>
    public static LayoutLimits Default { get; } = new(4 << 20, 2L << 30, 256);
}
