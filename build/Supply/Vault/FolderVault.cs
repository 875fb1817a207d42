using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Supply.Vault;

/// <summary>A vault in a folder: an OCI layout. Files of earlier vaults that are still in it are found too.</summary>
/// <param name="folder">The folder.</param>
/// <param name="name">Its name in messages.</param>
internal sealed class FolderVault(string folder, string name) : IFileVault
{
    private const int BufferSize = 1 << 17;

    private readonly BlobFolder _blobs = new(folder, LayoutLimits.Default);
    private readonly Lazy<IReadOnlyDictionary<string, OciDescriptor>> _titles = new(() => Open(folder, name));

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<bool> TryCopyAsync(string sha256, long size, Stream target, Action<long>? received, CancellationToken cancellation)
    {
        _ = _titles.Value;
        var blob = new OciDescriptor(string.Empty, OciDigest.Prefix + sha256, size);
        if (!File.Exists(_blobs.PathOf(blob)))
        {
            return false;
        }

        await using var source = OpenBlob(blob);
        target.SetLength(0);
        var buffer = new byte[BufferSize];
        int count;
        while ((count = await ReadAsync(source, buffer, cancellation)) > 0)
        {
            await target.WriteAsync(buffer.AsMemory(0, count), cancellation);
            received?.Invoke(count);
        }

        return true;
    }

    /// <inheritdoc/>
    public async Task<byte[]?> FindAsync(string path, int limit, CancellationToken cancellation)
    {
        if (!_titles.Value.TryGetValue(path, out var blob) || blob.Size > limit)
        {
            return null;
        }

        using var content = new MemoryStream();
        return await TryCopyAsync(OciDigest.Hex(blob.Digest), blob.Size, content, null, cancellation) ? content.ToArray() : null;
    }

    private static IReadOnlyDictionary<string, OciDescriptor> Open(string folder, string name)
    {
        if (!Directory.Exists(folder))
        {
            throw new BuildException("there is no such folder");
        }

        return VaultArtifact.Titles(ArtifactFolder.Read(folder, VaultArtifact.Type) ?? throw new NotAVaultException(name, $"the folder is not an OCI layout with an artifact {VaultArtifact.Type}"));
    }

    private FileStream OpenBlob(OciDescriptor blob)
    {
        try
        {
            return _blobs.Open(blob);
        }
        catch (OciException error)
        {
            throw new VaultFileException(error.Why ?? error.What, error);
        }
    }

    // Only a failed read is the vault's fault.
    private static async Task<int> ReadAsync(FileStream source, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new VaultFileException(error.Message, error);
        }
    }
}
