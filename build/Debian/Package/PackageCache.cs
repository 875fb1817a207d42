using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// Keeps packages under <c>derived/packages</c> of the cache, uncompressed, so that a package is decompressed only once and not in each build, and so
/// that a build need not hold the files of an image in memory. An entry is named by the package's checksum, name and version. A build deletes only
/// damaged entries; the folder may be deleted at any time. Safe for concurrent threads and processes.
/// </summary>
/// <param name="cache">The cache folder; may be absent.</param>
public sealed class PackageCache(string cache)
{
    // Change this whenever the written format changes.
    private const string Format = "busybox-glibc unpacked package 1";

    // Larger packages are read from the package file each time.
    private const long LargestPackage = 4L << 30;

    private const string Place = "derived/packages";

    private readonly string _folder = Path.Combine(cache, Place);

    /// <summary>The path of a package's entry below the cache.</summary>
    internal static string PathOf(PinnedPackage pin) => $"{Place}/{KeyOf(pin)}";

    /// <summary>Returns the cached package, or null if there is no complete entry.</summary>
    internal UnpackedPackage? Find(PinnedPackage pin)
    {
        var key = KeyOf(pin);
        return PartsFile.Open(Path.Combine(_folder, key)) is { } parts ? DerivedCache.Read(parts.Head, key, reader => Read(parts, reader)) : null;
    }

    /// <summary>Begins a cache entry for a package. A folder that is not writable is not a reason to fail.</summary>
    internal PackageCacheWriter Begin(PinnedPackage pin)
    {
        var key = KeyOf(pin);
        return new PackageCacheWriter(new PartsFileWriter(Path.Combine(_folder, key), LargestPackage), key);
    }

    /// <summary>Deletes the entry of a package that turned out to be damaged.</summary>
    public void Discard(PinnedPackage pin) => AtomicFile.Discard(Path.Combine(_folder, KeyOf(pin)));

    private static string KeyOf(PinnedPackage pin) => InputKey.Of(Format, pin.Sha256, pin.Name, pin.Version);

    private static UnpackedPackage? Read(PartsFile parts, BinaryReader reader)
    {
        var (control, md5Sums) = (ReadBytes(reader), ReadBytes(reader));
        var members = new Dictionary<string, (DebEntry Entry, int Part)>(StringComparer.Ordinal);
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var entry = new DebEntry(
                reader.ReadString(), (DebEntryType)reader.ReadByte(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(),
                reader.ReadInt64(), reader.ReadInt64(), reader.ReadBoolean() ? reader.ReadString() : null);
            var part = reader.ReadInt32();
            if (part >= parts.Count || (part >= 0 && parts.LengthOf(part) != entry.Size))
            {
                return null;
            }

            members[entry.Path] = (entry, part);
        }

        return new UnpackedPackage(parts, control, md5Sums, members);
    }

    private static byte[] ReadBytes(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        return length >= 0 && reader.ReadBytes(length) is var bytes && bytes.Length == length ? bytes : throw new EndOfStreamException();
    }
}
