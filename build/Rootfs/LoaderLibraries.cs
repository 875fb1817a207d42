using System.Text;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Formats.LoaderCache;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// Decides the content of <c>/etc/ld.so.cache</c>: the same as the platform's ldconfig(8) would write if it could be run. The image has no ldconfig,
/// and without the cache the loader finds nothing in <c>/usr/local/lib</c>.
/// </summary>
internal static class LoaderLibraries
{
    internal const string Cache = "etc/ld.so.cache";
    private const string HwcapsFolder = "glibc-hwcaps";
    private const ushort SharedObject = 3;
    private const uint ArmHardFloat = 0x400;
    private const uint ArmSoftFloat = 0x200;

    // The type of the C library: glibc, FLAG_ELF_LIBC6 of ldconfig.h. The ABI of the machine is added to it.
    private const uint Libc6 = 3;

    /// <summary>Returns the tree with its cache and the missing soname links in the folders of the cache.</summary>
    internal static RootfsTree Complete(Platform platform, RootfsTree tree)
    {
        var added = new RootfsTree();
        var entries = new List<LoaderCacheEntry>();
        foreach (var folder in LoaderConfiguration.Folders(tree))
        {
            var place = tree.Resolve(folder)!;
            foreach (var (name, library) in Libraries(platform, tree, place))
            {
                entries.Add(new LoaderCacheEntry(name, $"{folder}/{name}", library.Flags));
                if (!library.IsLink && library.File != name && !tree.TryGet($"{place}/{name}", out _))
                {
                    var file = library.Entry;
                    added.Add(new RootfsEntry(
                        $"{place}/{name}", RootfsEntryType.SymbolicLink, FilePermissions.Octal777, 0, 0, file.ModificationTime, library.File, default, file.Origin));
                }
            }

            foreach (var hwcaps in Folders(tree, $"{place}/{HwcapsFolder}"))
            {
                // Only the CPUs that the folder names use these, so they are found by their own path.
                entries.AddRange(Libraries(platform, tree, $"{place}/{HwcapsFolder}/{hwcaps}").Select(pair => new LoaderCacheEntry(
                    pair.Name, $"{folder}/{HwcapsFolder}/{hwcaps}/{pair.Library.File}", pair.Library.Flags, hwcaps, pair.Library.IsaLevel)));
            }
        }

        Skeleton.AddFile(added, Cache, LoaderCacheWriter.Write(entries, platform.IsBigEndian, Generator(tree)));
        return tree.Overlay(added);
    }

    // One library for each soname in a folder: a file takes precedence over a link to one, otherwise the greatest name wins.
    private static IEnumerable<(string Name, Library Library)> Libraries(Platform platform, RootfsTree tree, string folder)
    {
        var found = new SortedDictionary<string, Library>(StringComparer.Ordinal);
        foreach (var path in Members(tree, folder).Where(path => LdconfigNames.IsLibrary(RootfsPath.Name(path))))
        {
            var file = RootfsPath.Name(path);
            if (tree.Resolve(path) is not { } end || !tree.TryGet(end, out var entry) || Read(platform, entry) is not { } elf)
            {
                continue;
            }

            tree.TryGet(path, out var member);
            var soname = elf.Soname is { Length: > 0 } own && !own.Contains('/', StringComparison.Ordinal) ? own : file;
            var isLink = member!.Type == RootfsEntryType.SymbolicLink && (file == soname || LdconfigNames.IsLinkerName(file, soname));
            var library = new Library(file, isLink, entry, Flags(platform, elf), elf.X86IsaLevel);
            var name = isLink ? file : soname;
            if (!found.TryGetValue(name, out var other)
                || (!isLink && other.IsLink)
                || (isLink == other.IsLink && LoaderCacheOrder.Names.Compare(other.File, file) < 0))
            {
                found[name] = library;
            }
        }

        return found.Select(pair => (pair.Key, pair.Value));
    }

    private static ElfFile? Read(Platform platform, RootfsEntry entry)
    {
        if (entry.Type != RootfsEntryType.File || !ElfFile.IsElf(entry.Content))
        {
            return null;
        }

        try
        {
            var elf = ElfFile.Read(entry.Content, "/" + entry.Path);
            var identity = elf.Identity;
            return elf.IsDynamic && identity.Type == SharedObject
                && identity.Machine == platform.ElfMachine && identity.Bits == platform.ElfBits && identity.IsBigEndian == platform.IsBigEndian
                    ? elf
                    : null;
        }
        catch (ElfException)
        {
            // Verify reports the problem.
            return null;
        }
    }

    // The loader accepts an entry only with the flags that it was built with; FLAG_* of ldconfig.h.
    private static uint Flags(Platform platform, ElfFile elf) => Libc6 | (platform.ElfMachine switch
    {
        ElfIdentity.X8664 => 0x0300u,
        ElfIdentity.S390 => 0x0400u,
        ElfIdentity.Ppc64 => 0x0500u,
        ElfIdentity.Aarch64 => 0x0a00u,
        ElfIdentity.RiscV => 0x1000u,
        ElfIdentity.LoongArch => 0x1200u,
        ElfIdentity.Arm when (elf.Identity.Flags & ArmHardFloat) != 0 => 0x0900u,
        ElfIdentity.Arm when (elf.Identity.Flags & ArmSoftFloat) != 0 => 0x0b00u,
        _ => 0u,
    });

    private static IEnumerable<string> Members(RootfsTree tree, string folder) =>
        tree.Entries.Where(entry => entry.Type != RootfsEntryType.Directory && (RootfsPath.Parent(entry.Path) ?? string.Empty) == folder).Select(entry => entry.Path);

    private static IEnumerable<string> Folders(RootfsTree tree, string folder) =>
        tree.Entries.Where(entry => entry.Type == RootfsEntryType.Directory && RootfsPath.Parent(entry.Path) == folder).Select(entry => RootfsPath.Name(entry.Path));

    // The version string of the C library, "GNU C Library (Debian GLIBC 2.41-12) stable release version 2.41.", in the wording of its own ldconfig.
    private static string Generator(RootfsTree tree)
    {
        var library = tree.Resolve("lib/libc.so.6") is { } path && tree.TryGet(path, out var entry) ? entry.Content.Span : default;
        var at = library.IndexOf("GNU C Library ("u8);
        if (at >= 0)
        {
            var banner = library[(at + "GNU C Library ".Length)..];
            var end = banner[..Math.Min(banner.Length, 200)].IndexOf(".\n"u8);
            if (end > 0)
            {
                return "ldconfig " + Encoding.UTF8.GetString(banner[..end]);
            }
        }

        return "ldconfig";
    }

    private sealed record Library(string File, bool IsLink, RootfsEntry Entry, uint Flags, int IsaLevel);
}
