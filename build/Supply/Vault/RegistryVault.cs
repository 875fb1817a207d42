using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Supply.Vault;

/// <summary>A vault in a registry. Its manifest is read once, when the first file is asked for.</summary>
/// <param name="open">Opens the repository.</param>
/// <param name="reference">A tag, or a digest.</param>
/// <param name="name">Its name in messages.</param>
internal sealed class RegistryVault(Func<OpenPlaces> open, string reference, string name) : IFileVault, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private OpenPlaces? _places;
    private Contents? _contents;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<bool> TryCopyAsync(string sha256, long size, Stream target, Action<long>? received, CancellationToken cancellation)
    {
        var contents = await OpenAsync(cancellation);
        if (!contents.Digests.Contains(OciDigest.Prefix + sha256))
        {
            return false;
        }

        try
        {
            return await contents.Repository.CopyBlobAsync(new OciDescriptor(string.Empty, OciDigest.Prefix + sha256, size), target, received ?? (static _ => { }), cancellation);
        }
        catch (RegistryException error) when (error.InnerException is null)
        {
            // The registry answers; this file is what is wrong.
            throw new VaultFileException(error.Why ?? error.What, error);
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]?> FindAsync(string path, int limit, CancellationToken cancellation)
    {
        var contents = await OpenAsync(cancellation);
        if (!contents.Titles.TryGetValue(path, out var blob) || blob.Size > limit)
        {
            return null;
        }

        using var content = new MemoryStream();
        return await TryCopyAsync(OciDigest.Hex(blob.Digest), blob.Size, content, null, cancellation) ? content.ToArray() : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _turn.Dispose();
        _places?.Dispose();
    }

    private async Task<Contents> OpenAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return _contents ??= await ReadAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<Contents> ReadAsync(CancellationToken cancellation)
    {
        var repository = (_places ??= open()).Groups[0][0];
        var (descriptor, content) = await (OciDigest.IsValid(reference) ? repository.ReadManifestAsync(reference, cancellation) : repository.ReadTagAsync(reference, cancellation))
            ?? throw new BuildException("there is no such tag");
        if (descriptor.MediaType != MediaTypes.Manifest)
        {
            throw new NotAVaultException(name, $"it is {(MediaTypes.IsIndex(descriptor.MediaType) ? "an image of several platforms" : Foundation.Text.SafeText.Text(descriptor.MediaType))}");
        }

        var manifest = OciDocument.Manifest(content, name);
        return manifest.ArtifactType == VaultArtifact.Type
            ? new Contents(repository, manifest.Layers.Select(layer => layer.Digest).ToHashSet(StringComparer.Ordinal), VaultArtifact.Titles(manifest))
            : throw new NotAVaultException(name, manifest.ArtifactType is null ? "it is an image" : $"it is {Foundation.Text.SafeText.Text(manifest.ArtifactType)}");
    }

    private sealed record Contents(RepositoryClient Repository, IReadOnlySet<string> Digests, IReadOnlyDictionary<string, OciDescriptor> Titles);
}
