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
    public bool HasStamp => File.Stamp is not null;

    private StampedFile File => new(Path);

    /// <summary>Whether the file is there and was made from the inputs of that key.</summary>
    public bool IsCurrent(string key) => File.IsCurrent(key);

    /// <summary>The checksum of the tar, from its stamp.</summary>
    /// <exception cref="BuildException">There is no stamp: Assemble has not run.</exception>
    public string Sha256 => File.Stamp?.Sha256 ?? throw Missing();

    /// <summary>Writes the tree, then its stamp.</summary>
    public void Write(RootfsTree tree, long epoch, string key) => File.Write(key, stream => RootfsTar.Write(tree, stream, epoch));

    /// <summary>Reads the tree back, its checksum proven.</summary>
    /// <exception cref="BuildException">The file is absent, or not what was written.</exception>
    public RootfsTree Read()
    {
        var stamp = File.Stamp ?? throw Missing();
        byte[] bytes;
        try
        {
            bytes = System.IO.File.ReadAllBytes(Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildException($"cannot read {Path}", why: error.Message, next: "run the target Assemble again", inner: error);
        }

        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != stamp.Sha256)
        {
            File.Forget();
            throw new BuildException($"{Path} is not what was written", why: "its checksum differs from its stamp's", next: "run again: it is made anew");
        }

        return RootfsTar.Read(new MemoryStream(bytes, writable: false), Path);
    }

    private BuildException Missing() => new($"there is no base tree of {Platform}", Path, next: "run the target Assemble first");
}
