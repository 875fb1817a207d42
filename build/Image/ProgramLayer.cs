using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Image;

/// <summary>The programs of the user in an image: a second layer, so that images with other programs share the first.</summary>
/// <param name="files">Returns the files of a platform; null if the image contains no program.</param>
/// <param name="names">The names of the programs.</param>
public sealed class ProgramLayer(Func<Platform, RootfsTree>? files, IReadOnlyList<string> names)
{
    /// <summary>No program.</summary>
    internal static ProgramLayer None { get; } = new(null, []);

    /// <summary>The text of the layer's history entry.</summary>
    public string CreatedBy => $"busybox-glibc: {string.Join(", ", names)}";

    /// <summary>The layer over a finished root file system: the programs, and what the build makes again because of them, such as the loader's cache.</summary>
    /// <returns>The layer, and the root file system with it; no layer if there is no program.</returns>
    /// <exception cref="RootfsException">A folder of one is a file of the other.</exception>
    public (RootfsTree? Layer, RootfsTree Whole) Over(Platform platform, RootfsTree rootfs)
    {
        if (files is null)
        {
            return (null, rootfs);
        }

        var whole = RootfsMerge.Complete(platform, rootfs.Overlay(Placed(files(platform), rootfs)));
        return (LayerDifference.Of(whole, rootfs), whole);
    }

    // An empty folder that the image has stays as it is there, such as /tmp, and one below a link of the image is where the link leads, such as /var/run.
    private static RootfsTree Placed(RootfsTree programs, RootfsTree rootfs)
    {
        var placed = new RootfsTree();
        foreach (var entry in programs.Entries.Where(entry => !programs.IsImplied(entry.Path)))
        {
            if (entry.Type != RootfsEntryType.Directory)
            {
                placed.Add(entry);
            }
            else if (PlaceOf(entry.Path, rootfs) is { } path)
            {
                placed.Add(entry with { Path = path });
            }
        }

        return placed;
    }

    private static string? PlaceOf(string path, RootfsTree rootfs)
    {
        if (rootfs.Resolve(path) is { } found && (found.Length == 0 || (rootfs.TryGet(found, out var there) && there.Type == RootfsEntryType.Directory)))
        {
            return null;
        }

        var above = RootfsPath.Parent(path);
        while (above is not null && rootfs.Resolve(above) is null)
        {
            above = RootfsPath.Parent(above);
        }

        return above is null ? path : $"{rootfs.Resolve(above)}{path[above.Length..]}".TrimStart('/');
    }

    /// <summary>The paths of the programs' files on a platform.</summary>
    public IEnumerable<string> PathsOn(Platform platform) => files is null ? [] : files(platform).Entries.Where(entry => entry.Type == RootfsEntryType.File).Select(entry => entry.Path);
}
