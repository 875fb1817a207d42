using System.Text;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>Returns the files of the image for a platform; null if it has no such platform.</summary>
internal delegate Task<RootfsTree?> OpenImage(Platform platform, CancellationToken cancellation);

/// <summary>The files of images in layouts, and the packages that files came from.</summary>
internal static class ImageFiles
{
    private const string Records = PackageRecords.StatusFolder;
    private const string Sums = PackageRecords.SumsSuffix;

    private static readonly string[] _interpreters = ["bin/sh", "bin/ash", "usr/bin/env", "usr/bin/awk", "bin/sed"];

    /// <summary>Reads one platform of a layout, which may be anyone's.</summary>
    /// <param name="folder">The layout.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="large">Stores large contents; null to keep all in memory.</param>
    /// <returns>Null if the image does not have the platform.</returns>
    /// <exception cref="BuildException">The layout is damaged.</exception>
    public static RootfsTree? Read(string folder, Platform platform, ITarContents? large = null)
    {
        var layout = OciLayoutReader.Open(folder, origin: LayoutOrigin.Any);
        var image = layout.Find(platform) is { } found ? layout.ReadImage(found) : null;
        return image is null ? null : RootfsLayers.Read(image.LayerCount, image.OpenLayer, platform, isForeign: true, large);
    }

    /// <summary>Adds what BusyBox adds to a base tree that scripts name as their interpreter; every configuration of it has these applets.</summary>
    public static RootfsTree WithApplets(RootfsTree tree)
    {
        foreach (var path in _interpreters.Where(path => tree.Resolve(path) is null))
        {
            tree.Add(new RootfsEntry(path, RootfsEntryType.File, FilePermissions.Octal755, 0, 0, null, null, default, "BusyBox"));
        }

        return tree;
    }

    /// <summary>The package of a file of the image, by the image's own records; null if they do not name it.</summary>
    /// <param name="tree">The image.</param>
    /// <param name="path">The absolute path.</param>
    public static string? PackageOf(RootfsTree tree, string path)
    {
        var wanted = Encoding.UTF8.GetBytes($"  {tree.Resolve(path) ?? path[1..]}\n");
        return tree.Entries.FirstOrDefault(entry => entry.Path.StartsWith(Records, StringComparison.Ordinal) && entry.Path.EndsWith(Sums, StringComparison.Ordinal)
            && entry.Content.Span.IndexOf(wanted) >= 0) is { } record ? record.Path[Records.Length..^Sums.Length] : null;
    }
}
