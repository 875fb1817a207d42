using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Oci;

/// <summary>One platform's image in a layout, its manifest and configuration verified.</summary>
public sealed class OciImage
{
    private readonly BlobFolder blobs;
    private readonly LayoutLimits limits;

    internal OciImage(Platform platform, OciDescriptor descriptor, OciManifest manifest, OciImageConfig config, BlobFolder blobs, LayoutLimits limits)
    {
        (Platform, Descriptor, Manifest, Config) = (platform, descriptor, manifest, config);
        (this.blobs, this.limits) = (blobs, limits);
    }

    /// <summary>The platform, as the index says and the configuration agrees.</summary>
    public Platform Platform { get; }

    /// <summary>The manifest as the index lists it.</summary>
    public OciDescriptor Descriptor { get; }

    /// <summary>The manifest.</summary>
    public OciManifest Manifest { get; }

    /// <summary>The configuration.</summary>
    public OciImageConfig Config { get; }

    /// <summary>The one layer.</summary>
    public OciDescriptor Layer => Manifest.Layers[0];

    /// <summary>The layer's file.</summary>
    public string LayerPath => blobs.PathOf(Layer);

    /// <summary>
    /// The layer's tar, decompressed. When its end is read, the blob's digest and the diff id have been verified. Reading
    /// throws <see cref="OciException"/> for damage and for a layer longer than the limit.
    /// </summary>
    /// <exception cref="OciException">The blob is absent, a link, or of another size.</exception>
    public Stream OpenLayer() => OpenLayerStream();

    internal LayerStream OpenLayerStream() =>
        new(blobs.Open(Layer), Layer, Config.DiffIds[0], LayerPath, limits.MaximumLayerSize);
}
