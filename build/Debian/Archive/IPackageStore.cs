namespace BusyboxGlibc.Debian.Archive;

/// <summary>Provides the verified file of a pinned package: from the cache, or downloaded from a mirror and verified.</summary>
public interface IPackageStore
{
    /// <summary>Returns the path of the verified .deb in the cache. Safe for concurrent calls, also for the same package.</summary>
    /// <exception cref="DebianException">No source has the file, or its content does not match the pinned checksum.</exception>
    Task<string> FetchAsync(PinnedPackage package, CancellationToken cancellation);
}
