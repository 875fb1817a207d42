using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Images;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>Statements about one image of an index.</summary>
/// <param name="Image">The image's manifest.</param>
/// <param name="Statements">The bytes of each statement, its media type and the annotations of its layer.</param>
internal sealed record AttestedImage(OciDescriptor Image, IReadOnlyList<(ReadOnlyMemory<byte> Content, string MediaType, IReadOnlyDictionary<string, string> Annotations)> Statements);

/// <summary>
/// Puts statements into the index of a finished layout, as BuildKit does (docs.docker.com, "Image attestation storage"): behind the images one manifest for each
/// image, of a platform that nobody has, with a layer for each statement. Of BuildKit's two forms this is the older one: its configuration is an image's, and it has neither subject
/// nor artifact type, which GitLab and ACR refuse in an index.
/// </summary>
internal static class IndexAttestations
{
    /// <summary>Replaces the attestations of the layout. Its images, and the annotations of its index, stay as they are.</summary>
    /// <param name="folder">The layout. A process that is killed meanwhile leaves its old index, or the new one; what belongs to neither is deleted by the next call.</param>
    /// <param name="images">The statements about each image; none removes all attestations.</param>
    /// <param name="name">The only name of the layout afterwards, if its index changes.</param>
    /// <returns>The index.</returns>
    /// <exception cref="OciException">It is not a layout.</exception>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public static OciDescriptor Replace(string folder, IReadOnlyList<AttestedImage> images, ImageReference name)
    {
        var layout = OciLayoutReader.Open(folder);
        List<OciDescriptor> manifests = [.. layout.Manifests.Where(manifest => !manifest.IsAttestation), .. images.Where(image => image.Statements.Count > 0).Select(image => Add(layout.Blobs, image))];
        var index = Add(layout.Blobs, MediaTypes.Index, IndexWriter.Write(manifests, layout.Annotations));
        if (index.Digest != layout.Index.Digest)
        {
            AtomicFile.WriteChanged(Path.Combine(folder, OciLayoutFiles.Index), IndexWriter.Write([LayoutTags.Named(index, name)], OciJson.NoAnnotations));
            Sweep(OciLayoutReader.Open(folder));
        }

        return index;
    }

    private static OciDescriptor Add(BlobFolder blobs, AttestedImage about)
    {
        List<OciDescriptor> layers = [.. about.Statements.Select(one => Add(blobs, one.MediaType, one.Content.ToArray()) with { Annotations = one.Annotations })];
        var manifest = new OciManifest(Add(blobs, MediaTypes.Config, Config(layers)), layers);
        return Add(blobs, MediaTypes.Manifest, ManifestWriter.Write(manifest)) with
        {
            Platform = OciPlatform.Unknown,
            Annotations = new Dictionary<string, string> { [AnnotationKeys.DockerReferenceType] = AnnotationKeys.AttestationManifest, [AnnotationKeys.DockerReferenceDigest] = about.Image.Digest },
        };
    }

    // The layers are not compressed, so their digests are their diff ids.
    private static byte[] Config(IReadOnlyList<OciDescriptor> layers) => OciJson.Object(json =>
    {
        json.WriteString("architecture", OciPlatform.Unknown.Architecture);
        json.WriteString("os", OciPlatform.Unknown.Os);
        json.WriteStartObject("config");
        json.WriteEndObject();
        json.WriteStartObject("rootfs");
        json.WriteString("type", "layers");
        OciJson.WriteList(json, "diff_ids", layers.Select(layer => layer.Digest));
        json.WriteEndObject();
    });

    private static OciDescriptor Add(BlobFolder blobs, string mediaType, byte[] content)
    {
        var blob = new OciDescriptor(mediaType, OciDigest.Of(content), content.Length);
        AtomicFile.WriteChanged(blobs.PathOf(blob), content);
        return blob;
    }

    // The index before, and its attestations: Verify refuses files that nothing refers to.
    private static void Sweep(OciLayoutReader layout)
    {
        var referred = layout.Manifests.Append(layout.Index)
            .Concat(layout.Manifests.Select(layout.ReadManifest).SelectMany(manifest => manifest.Layers.Append(manifest.Config)))
            .Select(blob => OciDigest.Hex(blob.Digest)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(layout.Blobs.Blobs).Where(file => !referred.Contains(Path.GetFileName(file))).ToList())
        {
            AtomicFile.Discard(file);
        }
    }
}
