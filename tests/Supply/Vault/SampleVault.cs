using System.Collections.Concurrent;
using System.Security.Cryptography;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Supply;
using BusyboxGlibc.Supply.Vault;

namespace BusyboxGlibc.Tests.Supply.Vault;

/// <summary>A vault in a folder, a cache beside it, and what a reader of it tells.</summary>
internal sealed class SampleVault : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SampleVault()
    {
        Cache = new ArchiveCache(_folder["cache"]);
        Reader = NewReader(new FolderVault(Folder, "the vault"));
    }

    public static byte[] Zlib { get; } = Content(1, 300_000);

    public static byte[] Libc { get; } = Content(2, 1000);

    public string Folder => _folder["vault"];

    public string Root => _folder.Path;

    public ArchiveCache Cache { get; }

    public VaultReader Reader { get; }

    public ConcurrentQueue<string> Told { get; } = [];

    public static FileArtifact Artifact(params SuppliedFile[] more) => new(
        VaultArtifact.Type,
        [File("debian/pool/main/z/zlib/zlib1g_1_amd64.deb", Zlib), File("debian/pool/main/g/glibc/libc6_1_amd64.deb", Libc), .. more],
        new Dictionary<string, string> { [VaultArtifact.LockKey] = Sum(Libc) });

    public static SuppliedFile File(string title, byte[] content) => SuppliedFile.Of(title, Sum(content), content.Length, () => new MemoryStream(content, writable: false));

    public static string Sum(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public VaultReader NewReader(IFileVault vault, bool takesAnything = false) => new(vault, Told.Enqueue, text => Told.Enqueue($"warning: {text}")) { TakesAnything = takesAnything };

    public (string Digest, long Written) Write(params SuppliedFile[] more) => ArtifactFolder.Write(Folder, Artifact(more), _ => { }, default);

    public string BlobOf(byte[] content) => Path.Combine(Folder, OciLayoutFiles.BlobPath(OciDigest.Prefix + Sum(content)));

    public async Task<byte[]?> FetchAsync(byte[] wanted, VaultReader? reader = null, string what = "zlib1g") =>
        await (reader ?? Reader).FetchAsync(Cache, what, Sum(wanted), wanted.Length, null, default) is { } path ? await System.IO.File.ReadAllBytesAsync(path) : null;

    public void Dispose() => _folder.Dispose();

    private static byte[] Content(int seed, int size)
    {
        var content = new byte[size];
        new Random(seed).NextBytes(content);
        return content;
    }
}
