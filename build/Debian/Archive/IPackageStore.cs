namespace BusyboxGlibc.Debian.Archive;

/// <summary>Gives the verified file of a pinned package: from the cache, else from a mirror, checked before anyone sees it.</summary>
public interface IPackageStore
{
    /// <summary>The path of the verified .deb in the cache. Safe to call from many tasks at once, for the same package too.</summary>
    /// <exception cref="DebianException">No source has the file, or what they have is not the pinned bytes.</exception>
    Task<string> FetchAsync(PinnedPackage package, CancellationToken cancellation);
}
