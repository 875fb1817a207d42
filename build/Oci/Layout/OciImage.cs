using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>One platform's image in a layout, its manifest and configuration verified.</summary>
internal sealed class OciImage
{
    private readonly BlobFolder _blobs;
    private readonly LayoutLimits _limits;
    private readonly LayoutOrigin _origin;

    internal OciImage(Platform platform, OciDescriptor descriptor, OciManifest manifest, OciImageConfig config, BlobFolder blobs, LayoutLimits limits, LayoutOrigin origin)
    {
        (Platform, Descriptor, Manifest, Config) = (platform, descriptor, manifest, config);
        (_blobs, _limits, _origin) = (blobs, limits, origin);
    }

    /// <summary>The platform, which is the same in index and configuration.</summary>
    public Platform Platform { get; }

    /// <summary>The descriptor of the manifest in the index.</summary>
    public OciDescriptor Descriptor { get; }

    /// <summary>The manifest.</summary>
    public OciManifest Manifest { get; }

    /// <summary>The configuration.</summary>
    public OciImageConfig Config { get; }

    /// <summary>The layer with the root file system; that of a program may follow, and an engine may write more.</summary>
    public OciDescriptor Layer => Manifest.Layers[0];

    /// <summary>The layer's file.</summary>
    public string LayerPath => _blobs.PathOf(Layer);

    /// <summary>Each layer with its file, the lowest first.</summary>
    public IEnumerable<(OciDescriptor Layer, string Path)> LayerFiles => Manifest.Layers.Select(layer => (layer, _blobs.PathOf(layer)));

    /// <summary>
    /// The layer's tar, decompressed. Once its end is read, the blob's digest and the diff id have been verified. Reading
    /// throws <see cref="OciException"/> for damage and for a layer that exceeds the limit.
    /// </summary>
    /// <exception cref="OciException">The blob is absent, a link, or has another size.</exception>
    public Stream OpenLayer() => OpenLayerStream();

    /// <summary>The number of layers.</summary>
    public int LayerCount => Manifest.Layers.Count;

    /// <summary>The tar of one of the layers, as in <see cref="OpenLayer()"/>.</summary>
    /// <param name="number">Its number; the lowest layer is 0.</param>
    /// <exception cref="OciException">The blob is absent, a link, or has another size.</exception>
    public Stream OpenLayer(int number) => OpenLayerStream(number);

    internal LayerStream OpenLayerStream(int number = 0) =>
        new(_blobs.Open(Manifest.Layers[number]), Manifest.Layers[number], Config.DiffIds[number], _blobs.PathOf(Manifest.Layers[number]), _limits.MaximumLayerSize, _origin != LayoutOrigin.Any);
}
