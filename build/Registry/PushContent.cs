using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Registry;

/// <summary>All content of an image that a registry needs, in upload order, with OCI's or Docker's media types.</summary>
internal sealed class PushContent
{
    private readonly Func<OciDescriptor, Stream> _open;
    private readonly Func<OciDescriptor, byte[]> _read;
    private readonly IReadOnlyDictionary<string, byte[]> _written;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<OciDescriptor>> _parts;

    private PushContent(
        OciLayoutReader layout,
        MediaTypeChoice form,
        IReadOnlyList<(OciDescriptor Manifest, OciManifest Content)> manifests,
        OciDescriptor index,
        IReadOnlyDictionary<string, byte[]> written)
    {
        (_open, _read, Form, Index, _written) = (layout.Blobs.Open, layout.Blobs.ReadDocument, form, index, written);
        Blobs =
        [
            .. manifests.SelectMany(pair => Named(pair.Content)).DistinctBy(blob => blob.Digest)
                .OrderByDescending(blob => blob.Size).ThenBy(blob => blob.Digest, StringComparer.Ordinal),
        ];
        Waves =
        [
            .. manifests.DistinctBy(pair => pair.Manifest.Digest).GroupBy(pair => pair.Manifest.IsAttestation).OrderBy(wave => wave.Key)
                .Select(wave => wave.Select(pair => pair.Manifest).ToList()),
            [index],
        ];
        _parts = manifests.DistinctBy(pair => pair.Manifest.Digest).ToDictionary(pair => pair.Manifest.Digest, pair => Named(pair.Content))
            .Append(KeyValuePair.Create(index.Digest, (IReadOnlyList<OciDescriptor>)[.. manifests.Select(pair => pair.Manifest)]))
            .ToDictionary(StringComparer.Ordinal);
    }

    // An artifact is one manifest, which stands where an image has its index.
    private PushContent(OciManifest artifact, Func<OciDescriptor, Stream> open)
    {
        var bytes = ManifestWriter.Write(artifact);
        Index = new OciDescriptor(MediaTypes.Manifest, OciDigest.Of(bytes), bytes.Length) { ArtifactType = artifact.ArtifactType };
        (_open, _read, Form, _written) = (open, Missing, MediaTypeChoice.Oci, new Dictionary<string, byte[]> { [Index.Digest] = bytes });
        var parts = Named(artifact);
        Blobs = [.. parts.OrderByDescending(blob => blob.Size).ThenBy(blob => blob.Digest, StringComparer.Ordinal)];
        Waves = [[Index]];
        _parts = new Dictionary<string, IReadOnlyList<OciDescriptor>> { [Index.Digest] = parts };

        static byte[] Missing(OciDescriptor manifest) => throw new ArgumentException($"{manifest.Digest} is not a manifest of the artifact", nameof(manifest));
    }

    /// <summary>The kind of media types of the manifests: <see cref="MediaTypeChoice.Oci"/> or <see cref="MediaTypeChoice.Docker"/>.</summary>
    public MediaTypeChoice Form { get; }

    /// <summary>Configurations, layers and attestation contents, each once, largest first.</summary>
    public IReadOnlyList<OciDescriptor> Blobs { get; }

    /// <summary>The manifests in the order of upload: images, attestations, the index. Some registries require the content that a manifest references
    /// before the manifest; manifests of one wave do not reference each other.</summary>
    public IReadOnlyList<IReadOnlyList<OciDescriptor>> Waves { get; }

    /// <summary>All manifests, the index last.</summary>
    public IReadOnlyList<OciDescriptor> Manifests => [.. Waves.SelectMany(wave => wave)];

    /// <summary>The index, or Docker's manifest list.</summary>
    public OciDescriptor Index { get; }

    /// <summary>Returns the content of the layout, unchanged.</summary>
    /// <exception cref="OciException">One of its documents is damaged.</exception>
    public static PushContent Oci(OciLayoutReader layout) => new(
        layout,
        MediaTypeChoice.Oci,
        [.. layout.Manifests.Select(manifest => (manifest, layout.ReadManifest(manifest)))],
        layout.Index,
        new Dictionary<string, byte[]>());

    /// <summary>
    /// Returns the same image with Docker's media types (distribution, docs: image manifest version 2, schema 2): the same layers and configurations
    /// with other manifests, so that the image has a second digest. These types have no annotations, so the labels of the configurations state the
    /// same; attestations have no equivalent and are omitted.
    /// </summary>
    /// <exception cref="OciException">A document is damaged, or the compression of a layer has no Docker media type.</exception>
    public static PushContent Docker(OciLayoutReader layout)
    {
        var written = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var manifests = new List<(OciDescriptor, OciManifest)>();
        foreach (var image in layout.Manifests.Where(manifest => !manifest.IsAttestation))
        {
            var content = layout.ReadManifest(image);
            if (content.Layers.FirstOrDefault(layer => layer.MediaType != MediaTypes.LayerGzip) is { } alien)
            {
                throw new OciException("the image cannot be expressed in Docker's media types", image.Digest, $"they include none for a layer of {SafeText.Text(alien.MediaType)}");
            }

            var docker = new OciManifest(
                new OciDescriptor(MediaTypes.DockerConfig, content.Config.Digest, content.Config.Size),
                [.. content.Layers.Select(layer => new OciDescriptor(MediaTypes.DockerLayer, layer.Digest, layer.Size))]);
            var bytes = ManifestWriter.Write(docker, MediaTypes.DockerManifest);
            manifests.Add((Keep(bytes, MediaTypes.DockerManifest) with { Platform = image.Platform }, docker));
        }

        var list = Keep(IndexWriter.Write([.. manifests.Select(pair => pair.Item1)], OciJson.NoAnnotations, MediaTypes.DockerList), MediaTypes.DockerList);
        return new PushContent(layout, MediaTypeChoice.Docker, manifests, list, written);

        OciDescriptor Keep(byte[] bytes, string mediaType)
        {
            var descriptor = new OciDescriptor(mediaType, OciDigest.Of(bytes), bytes.Length);
            written[descriptor.Digest] = bytes;
            return descriptor;
        }
    }

    /// <summary>Returns the content of an artifact that is not an image (OCI manifest.md, guidelines for artifact usage).</summary>
    /// <param name="artifact">Its manifest.</param>
    /// <param name="open">Opens one of its blobs.</param>
    public static PushContent Artifact(OciManifest artifact, Func<OciDescriptor, Stream> open) => new(artifact, open);

    /// <summary>Returns the content that a manifest or the index references directly, without its subject.</summary>
    public IReadOnlyList<OciDescriptor> Parts(OciDescriptor manifest) => _parts[manifest.Digest];

    /// <summary>Whether a digest belongs to one of the manifests.</summary>
    public bool IsManifest(OciDescriptor descriptor) => _parts.ContainsKey(descriptor.Digest);

    /// <summary>Opens a blob.</summary>
    public Stream Open(OciDescriptor blob) => _open(blob);

    /// <summary>Returns the bytes of a manifest or the index, verified by its digest.</summary>
    public byte[] Read(OciDescriptor manifest) => _written.GetValueOrDefault(manifest.Digest) ?? _read(manifest);

    private static IReadOnlyList<OciDescriptor> Named(OciManifest manifest) => [.. manifest.Layers.Prepend(manifest.Config).DistinctBy(blob => blob.Digest)];
}

/// <summary>The forms in which an image can be pushed to a registry.</summary>
/// <param name="layout">The image.</param>
/// <param name="choice">The allowed forms.</param>
internal sealed class PushForms(OciLayoutReader layout, MediaTypeChoice choice)
{
    private readonly Lazy<PushContent> _oci = new(() => PushContent.Oci(layout));
    private readonly Lazy<PushContent> _docker = new(() => PushContent.Docker(layout));

    // Null if the image has no such form.
    private readonly Lazy<string?> _dockerDigest = new(() =>
    {
        try
        {
            return PushContent.Docker(layout).Index.Digest;
        }
        catch (OciException)
        {
            return null;
        }
    });

    /// <summary>OCI's media types.</summary>
    public PushContent Oci => _oci.Value;

    /// <summary>Whether the index has attestations, which Docker's form leaves out.</summary>
    public bool HasAttestations => layout.Manifests.Any(manifest => manifest.IsAttestation);

    /// <summary>Docker's media types.</summary>
    public PushContent Docker => _docker.Value;

    /// <summary>Whether Docker's media types are tried if a registry refuses OCI's.</summary>
    public bool MayFallBack => choice == MediaTypeChoice.Auto;

    /// <summary>Whether a digest identifies this image, in either form.</summary>
    public bool IsOurs(string? digest) => digest is not null && (digest == layout.Index.Digest || digest == _dockerDigest.Value);
}
