using BusyboxGlibc.Busybox;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Image.Embedded;

/// <summary>Makes root file systems in process: without a daemon, root or emulation.</summary>
/// <param name="busybox">Provides the BusyBox tree of a platform.</param>
/// <param name="bases">The base trees, one per platform.</param>
/// <param name="imageLock">The lock they were made from.</param>
public sealed class EmbeddedEngine(IBusybox busybox, IReadOnlyList<BaseTreeFile> bases, ImageLock imageLock)
{
    /// <summary>Combines BusyBox with the platform's base tree.</summary>
    /// <exception cref="BuildException">A tree cannot be read.</exception>
    internal async Task<PlatformRootfs> RootfsAsync(Platform platform, CancellationToken cancellation)
    {
        var tree = await busybox.ForAsync(imageLock.Platforms.First(locked => locked.Platform == platform), cancellation);
        return new PlatformRootfs(RootfsMerge.Combine(bases.First(file => file.Platform == platform).Read(), tree.Tree), tree.Identity);
    }
}
