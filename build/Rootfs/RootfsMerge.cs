using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Rootfs;

/// <summary>Merges BusyBox and the base tree, and completes the result.</summary>
internal static class RootfsMerge
{
    /// <summary>
    /// Merges both trees; at a path in both, the file or link of the base tree is used. The inputs are not changed. An applet with the same name as a
    /// command in another folder remains: <see cref="Complete"/> handles it.
    /// </summary>
    /// <param name="baseTree">The platform's base tree.</param>
    /// <param name="busybox">BusyBox's binary, applet links and records.</param>
    /// <exception cref="RootfsException">A folder of one tree is a file or link in the other.</exception>
    public static RootfsTree Combine(RootfsTree baseTree, RootfsTree busybox) => busybox.Overlay(baseTree);

    /// <summary>
    /// Returns the finished root file system, with everything that depends on the whole tree, for either engine: the links to applets and commands
    /// (<see cref="CommandPlaces"/>), and the loader's cache (<see cref="LoaderLibraries"/>). The input is not changed.
    /// </summary>
    /// <param name="platform">The platform it is for.</param>
    /// <param name="tree">BusyBox, base tree, and the user's additions.</param>
    /// <exception cref="RootfsException">The loader's configuration is not valid.</exception>
    public static RootfsTree Complete(Platform platform, RootfsTree tree) => LoaderLibraries.Complete(platform, CommandPlaces.Complete(tree));
}
