using System.Collections.Concurrent;
using BusyboxGlibc.Busybox;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Rootfs;

namespace BusyboxGlibc.Tests.Verify;

/// <summary>Whole root file systems of Debian 13 with the closure of ip and ethtool, made once for all tests.</summary>
internal static class RealImages
{
    private const ImageFeatures Features = ImageFeatures.Certificates | ImageFeatures.Locale | ImageFeatures.Netbase;

    // Libraries of the shipped list, and what ip, ethtool and libelf need, besides the packages of every test.
    private static readonly string[] _closure = ["libbpf1", "libbsd0", "libcap2", "libmd0", "libnuma1", "libpcre2-8-0", "libselinux1", "libxtables12", "libzstd1"];

    private static readonly ConcurrentDictionary<string, Lazy<Task<RootfsTree>>> _trees = new(StringComparer.Ordinal);

    public static Task<RootfsTree> OfAsync(Platform platform) =>
        _trees.GetOrAdd(platform.Name, _ => new Lazy<Task<RootfsTree>>(() => MakeAsync(platform))).Value;

    /// <summary>The image with some entries left out or changed: the function returns the entry to keep, or null.</summary>
    public static async Task<RootfsTree> ChangedAsync(Platform platform, Func<RootfsEntry, RootfsEntry?> change, params RootfsEntry[] more)
    {
        var result = new RootfsTree();
        foreach (var entry in (await OfAsync(platform)).Entries.OrderBy(entry => entry.Type == RootfsEntryType.HardLink))
        {
            if (change(entry) is { } kept)
            {
                result.Add(kept);
            }
        }

        foreach (var entry in more)
        {
            result.Add(entry);
        }

        return result;
    }

    private static async Task<RootfsTree> MakeAsync(Platform platform)
    {
        var archive = RealArchive.Of("trixie", _closure);
        var locked = await archive.LockAsync(platform, Features);
        var tree = await BaseTreeAssembler.AssembleAsync(locked, new AssembleOptions(Features, [], "nowhere"), archive, default);
        var busybox = await new DebianBusybox(archive).ForAsync(locked, default);
        return RootfsMerge.Complete(platform, RootfsMerge.Combine(tree, busybox.Tree));
    }
}
