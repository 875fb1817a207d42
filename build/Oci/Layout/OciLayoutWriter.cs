using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>
/// Writes an OCI image layout (image-layout.md): one index over all platforms, one entry of <c>index.json</c> a tag. Blobs may be added
/// by several threads; nothing is seen at the final place before <see cref="Commit"/>, and disposing without it leaves
/// what was there.
/// </summary>
internal sealed class OciLayoutWriter : IDisposable
{
    private readonly LayoutFolder _folder;

    /// <summary>Begins a layout.</summary>
    /// <param name="path">The layout's folder; replaced as a whole at the end. Leftovers of killed runs beside it are swept.</param>
    /// <exception cref="OciException">The folder holds something that is not a layout.</exception>
    /// <exception cref="BuildException">The file system refused.</exception>
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
    /// <exception cref="BuildException">The file system refused.</exception>
    public OciDescriptor AddBlob(string mediaType, byte[] content)
    {
        var digest = OciDigest.Of(content);
        Place(digest, path => File.WriteAllBytes(path, content));
        return new OciDescriptor(mediaType, digest, content.Length);
    }

    /// <summary>Adds a layer, as another name of the cache's file where the file system can, else as a copy.</summary>
    /// <exception cref="BuildException">The file system refused.</exception>
    public OciDescriptor AddLayer(CachedLayer layer)
    {
        Place(layer.Digest, path => HardLink.OrCopy(layer.Path, path));
        return layer.Descriptor;
    }

    /// <summary>Adds a platform's image: its layer, configuration and manifest.</summary>
    /// <returns>The manifest as the index lists it, with its platform.</returns>
    /// <exception cref="OciException">The time of the image is not one.</exception>
    /// <exception cref="BuildException">The file system refused.</exception>
    public OciDescriptor AddImage(ImageSpec spec, CachedLayer layer)
    {
        var config = AddBlob(MediaTypes.Config, ImageConfigWriter.Write(spec, layer.DiffId));
        var manifest = new OciManifest(config, [AddLayer(layer)]) { Annotations = spec.Labels };
        return AddBlob(MediaTypes.Manifest, ManifestWriter.Write(manifest)) with { Platform = OciPlatform.Of(spec.Platform) };
    }

    /// <summary>Writes the index and the tags, and puts the layout in its place.</summary>
    /// <param name="manifests">What the index lists; images are written in the order of <see cref="KnownPlatforms.All"/> whatever
    /// order they come in, attestations after them in the order given.</param>
    /// <param name="annotations">Annotations of the index.</param>
    /// <param name="names">The names of the image, in the order listed; at least one.</param>
    /// <returns>The index.</returns>
    /// <exception cref="OciException">There is no image, no name, or one of either twice.</exception>
    /// <exception cref="BuildException">The file system refused.</exception>
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

    // Written under a name of its own first, so that two threads with the same blob do not meet.
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
