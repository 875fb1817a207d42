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

        var whole = RootfsMerge.Complete(platform, rootfs.Overlay(files(platform)));
        return (LayerDifference.Of(whole, rootfs), whole);
    }

    /// <summary>The paths of the programs' files on a platform.</summary>
    public IEnumerable<string> PathsOn(Platform platform) => files is null ? [] : files(platform).Entries.Where(entry => entry.Type == RootfsEntryType.File).Select(entry => entry.Path);
}
