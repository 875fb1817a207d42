namespace BusyboxGlibc.Oci.Layout;

/// <summary>Limits for reading a layout.</summary>
/// <param name="MaximumDocumentSize">The maximum size of a JSON document, in bytes.</param>
/// <param name="MaximumLayerSize">The maximum size of a decompressed layer, in bytes.</param>
/// <param name="MaximumManifests">The maximum number of entries of an index.</param>
internal sealed record LayoutLimits(int MaximumDocumentSize, long MaximumLayerSize, int MaximumManifests)
{
    /// <summary>4 MiB (the limit of registries for a manifest), 2 GiB, 256 entries.</summary>
    public static LayoutLimits Default { get; } = new(4 << 20, 2L << 30, 256);

    /// <summary>Of an image that another program wrote and that is only looked into: images with CUDA and models have layers of tens of gigabytes.</summary>
    public static LayoutLimits Foreign { get; } = Default with { MaximumLayerSize = 64L << 30 };
}
