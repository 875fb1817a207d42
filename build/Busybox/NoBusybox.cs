using BusyboxGlibc.Configuration;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Busybox;

/// <summary>For images without BusyBox.</summary>
internal sealed class NoBusybox : IBusybox
{
    /// <summary>The identity of none.</summary>
    public static BusyboxIdentity Identity { get; } = new("none", BusyboxOrigin.None);

    /// <inheritdoc/>
    public Task<BusyboxTree> ForAsync(LockedPlatform platform, CancellationToken cancellation) => Task.FromResult(new BusyboxTree(new RootfsTree(), Identity, []));
}
