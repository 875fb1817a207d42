using BusyboxGlibc.Configuration;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Busybox;

/// <summary>Where a platform's BusyBox comes from: Debian's package, or the upstream release compiled.</summary>
public interface IBusybox
{
    /// <summary>The platform's BusyBox, ready to be laid over its base tree. Safe to call for several platforms at once.</summary>
    /// <exception cref="BusyboxException">There is none, or it is not what it should be.</exception>
    /// <exception cref="RootfsException">A locked package of it lacks a locked file.</exception>
    Task<BusyboxTree> ForAsync(LockedPlatform platform, CancellationToken cancellation);
}

/// <summary>BusyBox for one platform.</summary>
/// <param name="Tree">Its files: binary, applet links, what records it, its copyright.</param>
/// <param name="Identity">Which BusyBox it is.</param>
/// <param name="Applets">The names it answers to, in ordinal order.</param>
public sealed record BusyboxTree(RootfsTree Tree, BusyboxIdentity Identity, IReadOnlyList<string> Applets);

/// <summary>Which BusyBox an image holds.</summary>
/// <param name="Version">The upstream version, <c>1.38.0</c>.</param>
/// <param name="Origin">Where it comes from.</param>
public sealed record BusyboxIdentity(string Version, BusyboxOrigin Origin);
