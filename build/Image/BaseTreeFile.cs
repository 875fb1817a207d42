using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using Microsoft.Win32.SafeHandles;

namespace BusyboxGlibc.Image;

/// <summary>
/// The base tree of one platform as a file, <c>artifacts/base/&lt;platform&gt;.tar</c>: the starting point of both engines. Its
/// stamp records the inputs it was made from.
/// </summary>
/// <param name="platform">The platform.</param>
/// <param name="folder">The folder of all base trees.</param>
public sealed class BaseTreeFile(Platform platform, string folder)
{
    /// <summary>The platform.</summary>
    public Platform Platform { get; } = platform;

    /// <summary>The tar's path.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, $"{platform.FileName}.tar");

    /// <summary>Whether a stamp exists: Assemble has run.</summary>
    public bool HasStamp => File.Stamp is not null;

    private StampedFile File => new(Path);

    /// <summary>Whether the file exists and was made from the inputs of that key.</summary>
    public bool IsCurrent(string key) => File.IsCurrent(key);

    /// <summary>The checksum of the tar, from its stamp.</summary>
    /// <exception cref="BuildException">There is no stamp: Assemble has not run.</exception>
    public string Sha256 => File.Stamp?.Sha256 ?? throw Missing();

    /// <summary>Writes the tree, then its stamp.</summary>
    public void Write(RootfsTree tree, long epoch, string key) => File.Write(key, stream => RootfsTar.Write(tree, stream, epoch));

    /// <summary>Reads the tree, and verifies its checksum.</summary>
    /// <exception cref="BuildException">The file does not exist, or has changed since it was written.</exception>
    public RootfsTree Read()
    {
        var stamp = File.Stamp ?? throw Missing();
        try
        {
            using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 17, FileOptions.SequentialScan);
            using var source = new HashingSource(file);
            RootfsTree tree;
            try
            {
                tree = RootfsTar.Read(source, Path, new ContentsInPlace(source, Path));
            }
            catch (RootfsException error)
            {
                throw Damaged(error);
            }

            source.Drain();
            return source.TakeDigest() == OciDigest.FromHash(Convert.FromHexString(stamp.Sha256)) ? tree : throw Damaged();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildException($"cannot read {Path}", why: error.Message, next: "run the target Assemble again", inner: error);
        }
    }

    private BuildException Damaged(Exception? inner = null)
    {
        File.Forget();
        return new BuildException($"{Path} has changed since it was written", why: "its checksum differs from the one in its stamp", next: "run the same command again, which creates the file again", inner: inner);
    }

    // The tar stays open while its contents may be read, so that it is the same file even if another one takes its name.
    private sealed class ContentsInPlace(HashingSource source, string path) : ITarContents
    {
        private readonly SafeFileHandle _file = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        private readonly byte[] _skipped = new byte[1 << 16];

        public ReadOnlyMemory<byte> Take(Stream tar, int size)
        {
            var start = source.Count;
            for (var left = size; left > 0; left -= _skipped.Length)
            {
                tar.ReadExactly(_skipped, 0, Math.Min(left, _skipped.Length));
            }

            return LazyBytes.Of(size, () => RegionOfFile.Read(_file, start, size));
        }
    }

    private BuildException Missing() => new($"there is no base tree of {Platform}", Path, next: "run the target Assemble first");
}
