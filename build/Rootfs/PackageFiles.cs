using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Formats.Tar;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Rootfs;

/// <summary>One member of a package, with its content if it is a regular file.</summary>
internal sealed record PackageFile(DebEntry Entry, ReadOnlyMemory<byte> Content);

/// <summary>The locked content of a package.</summary>
internal sealed record PackageFiles(
    PinnedPackage Pin,
    ReadOnlyMemory<byte> Control,
    ReadOnlyMemory<byte> Md5Sums,
    IReadOnlyDictionary<string, PackageFile> Files)
{
    /// <summary>The links that the build creates to its files.</summary>
    internal IReadOnlyList<LockedLink> Links { get; init; } = [];

    /// <summary>Returns the file at that path, or null.</summary>
    internal PackageFile? Find(string path) => Files.GetValueOrDefault(path);

    /// <summary>
    /// Reads a locked package's .deb once, from front to back.
    /// </summary>
    /// <exception cref="RootfsException">The package differs from the lock, or lacks a locked file.</exception>
    /// <exception cref="DebianException">The package is damaged.</exception>
    /// <param name="locked">The package and the locked files.</param>
    /// <param name="path">Its verified .deb.</param>
    /// <param name="cache">The cache of packages, or null; with a cached entry the .deb need not be read.</param>
    /// <param name="cancellation">Cancels reading.</param>
    internal static PackageFiles Read(LockedPackage locked, string path, PackageCache? cache, CancellationToken cancellation)
    {
        if (cache is not null
            && (cache.Find(locked.Pin) ?? Unpack(locked.Pin, path, cache, cancellation)) is { } kept
            && locked.Files.All(file => kept.Find(file) is not null))
        {
            var files = locked.Files.Distinct(StringComparer.Ordinal).ToDictionary(
                file => file, file => Shelved(locked.Pin, path, cache, kept, kept.Find(file)!), StringComparer.Ordinal);
            return new PackageFiles(locked.Pin, kept.ControlFile, kept.Md5Sums, files) { Links = locked.Links };
        }

        return Read(locked, path, cancellation) with { Links = locked.Links };
    }

    // Content is read on demand; if the entry is damaged by then, it is written again, or the package file is read if it cannot be stored.
    private static PackageFile Shelved(PinnedPackage pin, string path, PackageCache cache, UnpackedPackage kept, DebEntry entry) =>
        new(entry, LazyBytes.Of((int)entry.Size, () =>
        {
            if (kept.Read(entry.Path) is { } bytes)
            {
                return bytes;
            }

            cache.Discard(pin);
            return Unpack(pin, path, cache, CancellationToken.None)?.Read(entry.Path)
                ?? Read(new LockedPackage(pin, 0, [entry.Path]), path, CancellationToken.None).Files[entry.Path].Content.ToArray();
        }));

    // Null if the entry cannot be stored. Damage after the last locked file is ignored here.
    private static UnpackedPackage? Unpack(PinnedPackage pin, string path, PackageCache cache, CancellationToken cancellation)
    {
        using var deb = Open(pin, path);
        using var writer = cache.Begin(pin);
        using var buffer = new MemberBuffer();
        try
        {
            deb.ReadData((entry, content) =>
            {
                cancellation.ThrowIfCancellationRequested();
                writer.Add(entry, content is null ? default : buffer.Read(content, entry.Size).Span);
                return true;
            });
        }
        catch (DebianException)
        {
            return null;
        }

        writer.Complete(deb.Control);
        return cache.Find(pin);
    }

    private static DebFile Open(PinnedPackage pin, string path)
    {
        var name = Path.GetFileName(pin.PoolPath);
        var deb = DebFile.Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan), name);
        if (deb.Control.Package == pin.Name && deb.Control.Version == pin.Version)
        {
            return deb;
        }

        using (deb)
        {
            throw Stale($"{name} is {deb.Control.Package} {deb.Control.Version}, not {pin.Name} {pin.Version}", "the lock contains another package");
        }
    }

    private static PackageFiles Read(LockedPackage locked, string path, CancellationToken cancellation)
    {
        using var deb = Open(locked.Pin, path);
        var wanted = new HashSet<string>(locked.Files, StringComparer.Ordinal);
        var files = new Dictionary<string, PackageFile>(wanted.Count, StringComparer.Ordinal);
        if (wanted.Count > 0)
        {
            try
            {
                deb.ReadData((entry, content) =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (wanted.Remove(entry.Path) || files.ContainsKey(entry.Path))
                    {
                        files[entry.Path] = new PackageFile(entry, content is null ? default : TarReader.ReadGrowing(content, entry.Size));
                    }

                    return true;
                });
            }
            catch (DebianException) when (wanted.Count == 0)
            {
                // Damaged after the last locked file. The archive is read to its end only because the last member of a path counts.
            }
        }

        if (wanted.Count > 0)
        {
            var missing = wanted.Order(StringComparer.Ordinal).ToList();
            throw Stale(
                missing.Count == 1 ? $"{Path.GetFileName(locked.Pin.PoolPath)} has no {missing[0]}" : $"{Path.GetFileName(locked.Pin.PoolPath)} has no {missing[0]}, nor {missing.Count - 1} more of its locked files",
                "the lock expects it in that package");
        }

        return new PackageFiles(locked.Pin, deb.Control.ControlFile.ToArray(), deb.Control.Md5Sums.ToArray(), files);
    }

    /// <summary>Returns the type of entry for a member.</summary>
    internal static RootfsEntryType TypeOf(DebEntry entry) => entry.Type switch
    {
        DebEntryType.Directory => RootfsEntryType.Directory,
        DebEntryType.SymbolicLink => RootfsEntryType.SymbolicLink,
        DebEntryType.HardLink => RootfsEntryType.HardLink,
        _ => RootfsEntryType.File,
    };

    internal static RootfsException Stale(string what, string why) =>
        new(what, where: "image.lock.json", why: why, next: "renew the lock: ./build.sh --target=Lock");
}
