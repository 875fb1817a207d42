using System.Security.Cryptography;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Engines;

/// <summary>
/// The base tree of one platform as a file, <c>artifacts/base/&lt;platform&gt;.tar</c>: what both engines start from. Its
/// stamp says which inputs it was made from.
/// </summary>
/// <param name="platform">The platform.</param>
/// <param name="folder">The folder of all base trees.</param>
public sealed class BaseTreeFile(Platform platform, string folder)
{
    /// <summary>The platform.</summary>
    public Platform Platform { get; } = platform;

    /// <summary>The tar's path.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, $"{platform.FileName}.tar");

    /// <summary>Whether there is something to read: Assemble has run.</summary>
    public bool HasStamp => BuildStamp.Read(StampPath) is not null;

    private string StampPath => Path + ".json";

    /// <summary>Whether the file is there and was made from the inputs of that key.</summary>
    public bool IsCurrent(string key) =>
        BuildStamp.Read(StampPath) is { } stamp
        && stamp.Key == key
        && new FileInfo(Path) is { Exists: true } file
        && file.Length == stamp.Size;

    /// <summary>The checksum of the tar, from its stamp.</summary>
    /// <exception cref="BuildException">There is no stamp: Assemble has not run.</exception>
    public string Sha256 => BuildStamp.Read(StampPath)?.Sha256 ?? throw Missing();

    /// <summary>Writes the tree, then its stamp: in this order a crash between the two leaves a file that is made again.</summary>
    public void Write(RootfsTree tree, long epoch, string key)
    {
        AtomicFile.Discard(StampPath);
        var sha256 = string.Empty;
        var size = 0L;
        AtomicFile.Write(Path, stream =>
        {
            using var hash = SHA256.Create();
            using (var hashing = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
            {
                RootfsTar.Write(tree, hashing, epoch);
            }

            sha256 = Convert.ToHexStringLower(hash.Hash!);
            size = stream.Length;
        });
        new BuildStamp(key, size, sha256).Write(StampPath);
    }

    /// <summary>Reads the tree back, its checksum proven.</summary>
    /// <exception cref="BuildException">The file is absent, or not what was written.</exception>
    public RootfsTree Read()
    {
        var stamp = BuildStamp.Read(StampPath) ?? throw Missing();
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildException($"cannot read {Path}", why: error.Message, next: "run the target Assemble again", inner: error);
        }

        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != stamp.Sha256)
        {
            AtomicFile.Discard(StampPath);
            throw new BuildException($"{Path} is not what was written", why: "its checksum differs from its stamp's", next: "run again: it is made anew");
        }

        return RootfsTar.Read(new MemoryStream(bytes, writable: false), Path);
    }

    private BuildException Missing() => new($"there is no base tree of {Platform}", Path, next: "run the target Assemble first");
}
