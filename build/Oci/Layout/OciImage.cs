using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>One platform's image in a layout, its manifest and configuration verified.</summary>
internal sealed class OciImage
{
    private readonly BlobFolder _blobs;
    private readonly LayoutLimits _limits;

    internal OciImage(Platform platform, OciDescriptor descriptor, OciManifest manifest, OciImageConfig config, BlobFolder blobs, LayoutLimits limits)
    {
        (Platform, Descriptor, Manifest, Config) = (platform, descriptor, manifest, config);
        (_blobs, _limits) = (blobs, limits);
    }

    /// <summary>The platform, as the index says and the configuration agrees.</summary>
    public Platform Platform { get; }

    /// <summary>The manifest as the index lists it.</summary>
    public OciDescriptor Descriptor { get; }

    /// <summary>The manifest.</summary>
    public OciManifest Manifest { get; }

    /// <summary>The configuration.</summary>
    public OciImageConfig Config { get; }

    /// <summary>The one layer; the lowest where an engine wrote several.</summary>
    public OciDescriptor Layer => Manifest.Layers[0];

    /// <summary>The layer's file.</summary>
    public string LayerPath => _blobs.PathOf(Layer);

    /// <summary>
    /// The layer's tar, decompressed. When its end is read, the blob's digest and the diff id have been verified. Reading
    /// throws <see cref="OciException"/> for damage and for a layer longer than the limit.
    /// </summary>
    /// <exception cref="OciException">The blob is absent, a link, or of another size.</exception>
    public Stream OpenLayer() => OpenLayerStream();

    /// <summary>How many layers there are.</summary>
    public int LayerCount => Manifest.Layers.Count;

    /// <summary>The tar of one of the layers, as <see cref="OpenLayer()"/> gives it.</summary>
    /// <param name="number">Its number, the lowest is 0.</param>
    /// <exception cref="OciException">The blob is absent, a link, or of another size.</exception>
    public Stream OpenLayer(int number) => OpenLayerStream(number);

    internal LayerStream OpenLayerStream(int number = 0) =>
        new(_blobs.Open(Manifest.Layers[number]), Manifest.Layers[number], Config.DiffIds[number], _blobs.PathOf(Manifest.Layers[number]), _limits.MaximumLayerSize);
}
