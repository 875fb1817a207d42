using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>An image in a registry, of which only the platforms that are asked for are downloaded, into a layout.</summary>
/// <param name="client">The repository.</param>
/// <param name="name">The image's tag, or the digest of its index.</param>
/// <param name="folder">The folder of the layout, which is empty.</param>
internal sealed class PulledImage(RepositoryClient client, string name, string folder) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private bool _hasIndex;

    /// <summary>Returns the manifest of a platform, without reading it unless the image has only one; null if the image does not have the platform.</summary>
    /// <exception cref="RegistryException">The image does not exist, or cannot be read.</exception>
    public async Task<OciDescriptor?> FindAsync(Platform platform, CancellationToken cancellation)
    {
        if (!_hasIndex)
        {
            await ReadIndexAsync(cancellation);
            _hasIndex = true;
        }

        return OciLayoutReader.Open(folder, origin: LayoutOrigin.Any).Find(platform);
    }

    /// <summary>Returns the manifest and the configuration of a platform, without its layers; null if the image does not have it.</summary>
    /// <exception cref="RegistryException">The image does not exist, or cannot be read.</exception>
    /// <exception cref="OciException">The image is damaged.</exception>
    public async Task<OciImage?> ReadAsync(Platform platform, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return await FetchAsync(platform, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Returns the files of a platform; null if the image does not have it.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="large">Stores large contents; null to keep all in memory.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="RegistryException">The image does not exist, or cannot be read.</exception>
    /// <exception cref="OciException">The image is damaged.</exception>
    public async Task<RootfsTree?> OpenAsync(Platform platform, ITarContents? large, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (await FetchAsync(platform, cancellation) is not { } image)
            {
                return null;
            }

            var layout = OciLayoutReader.Open(folder, origin: LayoutOrigin.Any);
            foreach (var layer in image.Manifest.Layers)
            {
                await FetchAsync(layout, layer, cancellation);
            }
        }
        finally
        {
            _turn.Release();
        }

        return ImageFiles.Read(folder, platform, large);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<OciImage?> FetchAsync(Platform platform, CancellationToken cancellation)
    {
        if (await FindAsync(platform, cancellation) is not { } image)
        {
            return null;
        }

        var layout = OciLayoutReader.Open(folder, origin: LayoutOrigin.Any);
        await ReadManifestAsync(layout, image, cancellation);
        return layout.ReadImage(image);
    }

    private async Task ReadIndexAsync(CancellationToken cancellation)
    {
        var (top, content) = (OciDigest.IsValid(name) ? await client.ReadManifestAsync(name, cancellation) : await client.ReadTagAsync(name, cancellation)) ?? throw new RegistryException(
            $"there is no image {client.Name}:{name}", why: "the repository does not have this tag", next: "check the name and the tag");
        Directory.CreateDirectory(Path.Combine(folder, OciLayoutFiles.Blobs, OciLayoutFiles.Sha256));
        await File.WriteAllTextAsync(Path.Combine(folder, OciLayoutFiles.Marker), OciLayoutFiles.MarkerText, cancellation);
        await File.WriteAllBytesAsync(Path.Combine(folder, OciLayoutFiles.Index), IndexWriter.Write([top], OciJson.NoAnnotations), cancellation);
        await File.WriteAllBytesAsync(Path.Combine(folder, OciLayoutFiles.BlobPath(top.Digest)), content, cancellation);
        var layout = OciLayoutReader.Open(folder, origin: LayoutOrigin.Any);
        if (MediaTypes.IsManifest(layout.Index.MediaType))
        {
            // Only its configuration says for which platform it is.
            await ReadManifestAsync(layout, layout.Index, cancellation);
        }
    }

    private async Task ReadManifestAsync(OciLayoutReader layout, OciDescriptor image, CancellationToken cancellation)
    {
        if (!File.Exists(layout.Blobs.PathOf(image)))
        {
            var (_, content) = await client.ReadManifestAsync(image.Digest, cancellation) ?? throw client.Missing($"manifests/{image.Digest}");
            await File.WriteAllBytesAsync(layout.Blobs.PathOf(image), content, cancellation);
        }

        await FetchAsync(layout, layout.ReadManifest(image).Config, cancellation);
    }

    private async Task FetchAsync(OciLayoutReader layout, OciDescriptor blob, CancellationToken cancellation)
    {
        if (!File.Exists(layout.Blobs.PathOf(blob)))
        {
            await client.DownloadAsync(blob, layout.Blobs.PathOf(blob), cancellation);
        }
    }
}
