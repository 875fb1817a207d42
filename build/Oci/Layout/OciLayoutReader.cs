using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>
/// Reads an OCI image layout in which <c>index.json</c> refers to one index for all platforms. The layout is untrusted input: each
/// document's size and digest are verified before it is parsed, and any error throws an <see cref="OciException"/>.
/// </summary>
internal sealed class OciLayoutReader
{
    // The limit of the engines' storage.
    private const int MostLayers = 127;
    // The root file system, programs, and what a variant adds.
    private const int OwnLayers = 3;

    private readonly LayoutLimits _limits;
    private LayoutOrigin _origin;

    private OciLayoutReader(string path, LayoutLimits limits)
    {
        Path = path;
        _limits = limits;
        Blobs = new BlobFolder(path, limits);
    }

    /// <summary>The layout's folder.</summary>
    public string Path { get; }

    /// <summary>The index for all platforms, from the first entry of <c>index.json</c>.</summary>
    public OciDescriptor Index { get; private init; } = null!;

    /// <summary>Every entry of <c>index.json</c>: the same index, one entry per tag.</summary>
    public IReadOnlyList<OciDescriptor> Tags { get; private init; } = [];

    /// <summary>The image's full names, <c>docker.io/library/busybox:glibc</c>, from the tags that contain one.</summary>
    public IReadOnlyList<string> Names =>
        [.. Tags.Select(tag => tag.Annotations.GetValueOrDefault(AnnotationKeys.ContainerdName)).OfType<string>()];

    /// <summary>The entries of the index: images and attestations.</summary>
    public IReadOnlyList<OciDescriptor> Manifests { get; private init; } = [];

    /// <summary>Annotations of the index.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; private init; } = OciJson.NoAnnotations;

    internal BlobFolder Blobs { get; private init; }

    /// <summary>Reads the layout's marker, <c>index.json</c> and the index.</summary>
    /// <param name="path">The layout's folder.</param>
    /// <param name="limits">The limits for reading the layout; null for the defaults.</param>
    /// <param name="origin">Who wrote it.</param>
    /// <exception cref="OciException">It is not a layout, or one of these is damaged or malformed.</exception>
    public static OciLayoutReader Open(string path, LayoutLimits? limits = null, LayoutOrigin origin = LayoutOrigin.Own)
    {
        var bounds = limits ?? (origin == LayoutOrigin.Any ? LayoutLimits.Foreign : LayoutLimits.Default);
        if (!File.Exists(System.IO.Path.Combine(path, OciLayoutFiles.Marker)))
        {
            throw new OciException($"{path} is not an OCI layout", why: "it has no oci-layout file", next: "build the image first");
        }

        var blobs = new BlobFolder(path, bounds);
        RefuseLinkedFolders(path);
        var version = OciDocument.LayoutVersion(blobs.ReadFile(OciLayoutFiles.Marker), System.IO.Path.Combine(path, OciLayoutFiles.Marker));
        if (version != "1.0.0")
        {
            throw new OciException($"{path} is a layout of version '{SafeText.Text(version ?? string.Empty)}'", why: "only version 1.0.0 is supported");
        }

        var top = OciDocument.Index(blobs.ReadFile(OciLayoutFiles.Index), System.IO.Path.Combine(path, OciLayoutFiles.Index), bounds);
        if (origin != LayoutOrigin.Own && top.Manifests is [var image] && IsManifest(image.MediaType, origin))
        {
            return new OciLayoutReader(path, bounds) { Index = image, Tags = top.Manifests, Manifests = [image], _origin = origin };
        }

        var index = OneIndex(path, top.Manifests, origin);
        var content = OciDocument.Index(blobs.ReadDocument(index), blobs.PathOf(index), bounds, index.MediaType);
        return new OciLayoutReader(path, bounds)
        {
            Index = index,
            Tags = top.Manifests,
            Manifests = content.Manifests,
            Annotations = content.Annotations,
            _origin = origin,
        };
    }

    /// <summary>Every platform's image, in the order of the index.</summary>
    /// <exception cref="OciException">One of them cannot be read.</exception>
    public IReadOnlyList<OciImage> ReadImages() => [.. Manifests.Where(manifest => !manifest.IsAttestation).Select(ReadImage)];

    /// <summary>The attestations of the index, with the configuration and the statements of each.</summary>
    /// <exception cref="OciException">One of them cannot be read.</exception>
    public IReadOnlyList<(OciDescriptor Attestation, IReadOnlyList<OciDescriptor> Blobs)> ReadAttestations() =>
        [.. Manifests.Where(manifest => manifest.IsAttestation).Select(manifest => (manifest, ReadManifest(manifest))).Select(pair => (pair.manifest, (IReadOnlyList<OciDescriptor>)[pair.Item2.Config, .. pair.Item2.Layers]))];

    /// <summary>Returns the image of a platform in the index, without reading it; null if there is none.</summary>
    public OciDescriptor? Find(Platform platform) => Manifests.FirstOrDefault(manifest => !manifest.IsAttestation && IsOf(PlatformOf(manifest), platform));

    /// <summary>Reads one image of the index: its manifest and configuration.</summary>
    /// <param name="descriptor">One of <see cref="Manifests"/>.</param>
    /// <exception cref="OciException">A document is damaged or malformed, or index, manifest and configuration disagree.</exception>
    public OciImage ReadImage(OciDescriptor descriptor)
    {
        var where = Where(descriptor);
        var platform = KnownPlatforms.All.FirstOrDefault(known => IsOf(PlatformOf(descriptor), known))
            ?? throw new OciException("the index lists an unsupported platform", where, next: KnownPlatforms.Advice(SafeText.Text(where)));
        var manifest = ReadManifest(descriptor);
        Expect(manifest.Config.MediaType, MediaTypes.Config, MediaTypes.DockerConfig, where);
        if (manifest.Layers.Count < 1 || manifest.Layers.Count > (_origin == LayoutOrigin.Own ? OwnLayers : MostLayers))
        {
            throw new OciException($"the image has {manifest.Layers.Count} layers", where, "an image of this build has one, one more if it contains a program, and one more if it is a variant");
        }

        foreach (var layer in manifest.Layers)
        {
            if (_origin != LayoutOrigin.Any || LayerStream.CompressionOf(layer.MediaType) is null)
            {
                Expect(layer.MediaType, MediaTypes.LayerGzip, MediaTypes.DockerLayer, where);
            }
        }

        var config = OciDocument.Config(Blobs.ReadDocument(manifest.Config), Blobs.PathOf(manifest.Config));
        if (descriptor.Platform is not null && config.Platform != descriptor.Platform)
        {
            throw new OciException(
                "the index and the configuration disagree", where, $"the configuration is for {SafeText.Text(config.Platform.ToString())}");
        }

        return config.DiffIds.Count == manifest.Layers.Count
            ? new OciImage(platform, descriptor, manifest, config, Blobs, _limits, _origin)
            : throw new OciException($"the configuration lists {Plural.Count(config.DiffIds.Count, "layer")}", where, $"the manifest lists {manifest.Layers.Count}");
    }

    private bool IsOf(OciPlatform? platform, Platform known) => OciPlatform.Of(known) == platform
        || (_origin != LayoutOrigin.Own && platform == OciPlatform.Of(known) with { Variant = null } && known.Architecture == "arm64");

    // If index.json refers to an image directly, only its configuration contains the platform.
    private OciPlatform? PlatformOf(OciDescriptor descriptor) => descriptor.Platform is null && descriptor == Index
        ? OciDocument.Config(Blobs.ReadDocument(ReadManifest(descriptor).Config), descriptor.Digest).Platform
        : descriptor.Platform;

    /// <summary>Reads one manifest of the index, of any kind.</summary>
    /// <param name="descriptor">One of <see cref="Manifests"/>.</param>
    /// <exception cref="OciException">It is damaged or malformed.</exception>
    public OciManifest ReadManifest(OciDescriptor descriptor)
    {
        Expect(descriptor.MediaType, MediaTypes.Manifest, MediaTypes.DockerManifest, Where(descriptor));
        return OciDocument.Manifest(Blobs.ReadDocument(descriptor), Blobs.PathOf(descriptor), descriptor.MediaType);
    }

    internal static string Where(OciDescriptor descriptor) =>
        descriptor.Platform is null ? descriptor.Digest : SafeText.Text(descriptor.Platform.ToString());

    private static bool IsManifest(string mediaType, LayoutOrigin origin) => mediaType == MediaTypes.Manifest || (origin == LayoutOrigin.Any && mediaType == MediaTypes.DockerManifest);

    private void Expect(string found, string mediaType, string ofDocker, string where)
    {
        if (found != mediaType && (_origin != LayoutOrigin.Any || found != ofDocker))
        {
            throw new OciException($"a blob has the media type '{SafeText.Text(found)}'", where, $"{mediaType} is expected");
        }
    }

    private static OciDescriptor OneIndex(string path, IReadOnlyList<OciDescriptor> entries, LayoutOrigin origin)
    {
        if (entries.Count == 0 || !(origin == LayoutOrigin.Any ? MediaTypes.IsIndex(entries[0].MediaType) : entries[0].MediaType == MediaTypes.Index) || entries.Any(entry => entry.MediaType != entries[0].MediaType || entry.Digest != entries[0].Digest || entry.Size != entries[0].Size))
        {
            throw new OciException(
                "index.json does not refer to one index over all platforms",
                path,
                "each of its entries must be the same image index, one per tag; several manifests under one name would hide each other on import");
        }

        return entries[0];
    }

    private static void RefuseLinkedFolders(string path)
    {
        foreach (var folder in new[] { OciLayoutFiles.Blobs, System.IO.Path.Combine(OciLayoutFiles.Blobs, OciLayoutFiles.Sha256) })
        {
            if (new DirectoryInfo(System.IO.Path.Combine(path, folder)).LinkTarget is not null)
            {
                throw OciException.Damaged(System.IO.Path.Combine(path, folder), "it is a symbolic link");
            }
        }
    }
}
