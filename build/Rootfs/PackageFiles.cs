using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Formats.Tar;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Rootfs;

/// <summary>One member taken of a package, with its content where it is a regular file.</summary>
internal sealed record PackageFile(DebEntry Entry, ReadOnlyMemory<byte> Content);

/// <summary>What was read of a locked package.</summary>
internal sealed record PackageFiles(
    PinnedPackage Pin,
    ReadOnlyMemory<byte> Control,
    ReadOnlyMemory<byte> Md5Sums,
    IReadOnlyDictionary<string, PackageFile> Files)
{
    /// <summary>The links that the build makes to its files.</summary>
    internal IReadOnlyList<LockedLink> Links { get; init; } = [];

    /// <summary>The file of that path, or null.</summary>
    internal PackageFile? Find(string path) => Files.GetValueOrDefault(path);

    /// <summary>
    /// Reads a locked package's .deb once, from front to back.
    /// </summary>
    /// <exception cref="RootfsException">It is another package than the lock says, or lacks a locked file.</exception>
    /// <exception cref="DebianException">It is damaged.</exception>
    /// <param name="locked">The package and the files taken of it.</param>
    /// <param name="path">Its verified .deb.</param>
    /// <param name="cache">What was read of packages before, if it is kept at all; then the .deb may not be read.</param>
    /// <param name="cancellation">Stops the reading.</param>
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

    // Read when it is looked at; what is damaged by then is made again, and read from the package file if that cannot be kept either.
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

    // Null where it cannot be kept. A package that is damaged behind what the lock takes of it is no business of this.
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
            throw Stale($"{name} is {deb.Control.Package} {deb.Control.Version}, not {pin.Name} {pin.Version}", "the lock names another package");
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
                // Damaged behind what the lock takes of it. It is read to its end only because the last of a path counts.
            }
        }

        if (wanted.Count > 0)
        {
            var missing = wanted.Order(StringComparer.Ordinal).ToList();
            throw Stale(
                missing.Count == 1 ? $"{Path.GetFileName(locked.Pin.PoolPath)} has no {missing[0]}" : $"{Path.GetFileName(locked.Pin.PoolPath)} has no {missing[0]}, nor {missing.Count - 1} more of its locked files",
                "the lock takes it from that package");
        }

        return new PackageFiles(locked.Pin, deb.Control.ControlFile.ToArray(), deb.Control.Md5Sums.ToArray(), files);
    }

    /// <summary>The kind of entry a member becomes.</summary>
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
