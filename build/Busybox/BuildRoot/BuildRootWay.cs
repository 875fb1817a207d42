namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>A way to enter a build root.</summary>
internal enum BuildRootWay
{
    /// <summary>As root: with separate namespaces for mounts, processes, network, IPC and host name, unshare(1).</summary>
    Namespaces,

    /// <summary>As any user: the same within a user namespace, user_namespaces(7), where the caller is root.</summary>
    UserNamespaces,

    /// <summary>As root where namespaces are forbidden, as in most containers: chroot(2) alone.</summary>
    Chroot,
}
