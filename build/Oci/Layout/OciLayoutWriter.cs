using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>
/// Writes an OCI image layout (image-layout.md): one index for all platforms, one entry of <c>index.json</c> per tag. Several threads
/// may add blobs; the final folder does not change before <see cref="Commit"/>, and disposing without it leaves
/// an existing layout unchanged.
/// </summary>
internal sealed class OciLayoutWriter : IDisposable
{
    private readonly LayoutFolder _folder;

    /// <summary>Starts a layout.</summary>
    /// <param name="path">The layout's folder; replaced as a whole at the end. Leftovers of killed runs next to it are deleted.</param>
    /// <exception cref="OciException">The folder contains something that is not a layout.</exception>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public OciLayoutWriter(string path)
    {
        _folder = LayoutFolder.Begin(path);
        try
        {
            Guard(() => Directory.CreateDirectory(Path.Combine(_folder.Partial, OciLayoutFiles.Blobs, OciLayoutFiles.Sha256)));
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    /// <summary>Adds a blob from memory.</summary>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public OciDescriptor AddBlob(string mediaType, byte[] content)
    {
        var digest = OciDigest.Of(content);
        Place(digest, path => File.WriteAllBytes(path, content));
        return new OciDescriptor(mediaType, digest, content.Length);
    }

    /// <summary>Adds a layer, as a hard link to the cache's file if possible, otherwise as a copy.</summary>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public OciDescriptor AddLayer(CachedLayer layer)
    {
        Place(layer.Digest, path => HardLink.OrCopy(layer.Path, path));
        return layer.Descriptor;
    }

    /// <summary>Adds a platform's image: its layers, configuration and manifest.</summary>
    /// <param name="spec">The image's metadata.</param>
    /// <param name="layer">The layer with the root file system.</param>
    /// <param name="more">The layers over it, the lowest first, and the texts of their history entries.</param>
    /// <returns>The descriptor of the manifest for the index, with its platform.</returns>
    /// <exception cref="OciException">The time of the image is not valid.</exception>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public OciDescriptor AddImage(ImageSpec spec, CachedLayer layer, params IReadOnlyList<(CachedLayer Layer, string CreatedBy)> more)
    {
        var config = AddBlob(MediaTypes.Config, ImageConfigWriter.Write(spec, layer.DiffId, [.. more.Select(upper => (upper.Layer.DiffId, upper.CreatedBy))]));
        var manifest = new OciManifest(config, [AddLayer(layer), .. more.Select(upper => AddLayer(upper.Layer))]) { Annotations = spec.Labels };
        return AddBlob(MediaTypes.Manifest, ManifestWriter.Write(manifest)) with { Platform = OciPlatform.Of(spec.Platform) };
    }

    /// <summary>Writes the index and the tags, and moves the layout to its final folder.</summary>
    /// <param name="manifests">The entries of the index; images are written in the order of <see cref="KnownPlatforms.All"/>,
    /// whatever their order here, followed by attestations in the given order.</param>
    /// <param name="annotations">Annotations of the index.</param>
    /// <param name="names">The names of the image, in the order listed; at least one.</param>
    /// <returns>The index.</returns>
    /// <exception cref="OciException">There is no image or no name, or a duplicate of either.</exception>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public OciDescriptor Commit(
        IReadOnlyList<OciDescriptor> manifests, IReadOnlyDictionary<string, string> annotations, IReadOnlyList<ImageReference> names)
    {
        RefuseNonsense(manifests, names);
        var index = AddBlob(MediaTypes.Index, IndexWriter.Write([.. manifests.OrderBy(Rank)], annotations));
        IReadOnlyList<OciDescriptor> tags = [.. names.Select(name => LayoutTags.Named(index, name))];
        Guard(() =>
        {
            File.WriteAllText(Path.Combine(_folder.Partial, OciLayoutFiles.Marker), OciLayoutFiles.MarkerText);
            File.WriteAllBytes(Path.Combine(_folder.Partial, OciLayoutFiles.Index), IndexWriter.Write(tags, OciJson.NoAnnotations));
        });
        _folder.Publish();
        return index;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static int Rank(OciDescriptor manifest)
    {
        var place = KnownPlatforms.All.Index().FirstOrDefault(entry => OciPlatform.Of(entry.Item) == manifest.Platform, (int.MaxValue, null!));
        return place.Item1;
    }

    private static void RefuseNonsense(IReadOnlyList<OciDescriptor> manifests, IReadOnlyList<ImageReference> names)
    {
        var images = manifests.Where(manifest => !manifest.IsAttestation).ToList();
        if (images.Count == 0 || names.Count == 0)
        {
            throw new OciException("an image needs at least one platform and one name");
        }

        var twice = images.GroupBy(image => image.Platform).FirstOrDefault(group => group.Count() > 1)?.Key?.ToString()
            ?? names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key.ToString();
        if (twice is not null)
        {
            throw new OciException($"{twice} is in the image twice");
        }
    }

    // Written under a unique name first, so that two threads with the same blob do not conflict.
    private void Place(string digest, Action<string> write)
    {
        var path = Path.Combine(_folder.Partial, OciLayoutFiles.BlobPath(digest));
        Guard(() =>
        {
            var temporary = AtomicFile.TemporaryFor(Path.Combine(_folder.Partial, OciDigest.Hex(digest)));
            write(temporary);
            File.Move(temporary, path, overwrite: true);
            AtomicFile.Discard(temporary);
        });
    }

    private void Guard(Action act)
    {
        try
        {
            act();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(_folder.Partial, error);
        }
    }
}
