using BusyboxGlibc.Configuration;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Busybox;

/// <summary>The source of a platform's BusyBox: Debian's package, or the compiled upstream release.</summary>
public interface IBusybox
{
    /// <summary>Returns the platform's BusyBox, ready to be copied over its base tree. Safe for concurrent calls for several platforms.</summary>
    /// <exception cref="BusyboxException">It is absent or not valid.</exception>
    /// <exception cref="RootfsException">A locked package of it lacks a locked file.</exception>
    Task<BusyboxTree> ForAsync(LockedPlatform platform, CancellationToken cancellation);
}

/// <summary>BusyBox for one platform.</summary>
/// <param name="Tree">Its files: binary, applet links, records, copyright.</param>
/// <param name="Identity">Its version and origin.</param>
/// <param name="Applets">The names of its applets, in ordinal order.</param>
public sealed record BusyboxTree(RootfsTree Tree, BusyboxIdentity Identity, IReadOnlyList<string> Applets);

/// <summary>Identifies the BusyBox in an image.</summary>
/// <param name="Version">The upstream version, <c>1.38.0</c>.</param>
/// <param name="Origin">Where it comes from.</param>
public sealed record BusyboxIdentity(string Version, BusyboxOrigin Origin);
