using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Rootfs;

/// <summary>Lays BusyBox and the base tree over each other, and completes what comes of it.</summary>
internal static class RootfsMerge
{
    /// <summary>
    /// Both trees; at a path of both, the base tree's file or link stands. Neither tree is changed. An applet whose name a command in
    /// another folder has is still there: <see cref="Complete"/> sees to that.
    /// </summary>
    /// <param name="baseTree">The platform's base tree.</param>
    /// <param name="busybox">BusyBox's binary, applet links and records.</param>
    /// <exception cref="RootfsException">A folder of one tree is a file or link of the other.</exception>
    public static RootfsTree Combine(RootfsTree baseTree, RootfsTree busybox) => busybox.Overlay(baseTree);

    /// <summary>
    /// The finished root file system: what only the whole tree tells is added, whichever engine made it: the links by which applets and
    /// commands are found (<see cref="CommandPlaces"/>), and the loader's cache (<see cref="LoaderLibraries"/>). The tree is not changed.
    /// </summary>
    /// <param name="platform">The platform it is for.</param>
    /// <param name="tree">BusyBox, base tree, and what people added.</param>
    /// <exception cref="RootfsException">The loader's configuration cannot be followed.</exception>
    public static RootfsTree Complete(Platform platform, RootfsTree tree) => LoaderLibraries.Complete(platform, CommandPlaces.Complete(tree));
}
