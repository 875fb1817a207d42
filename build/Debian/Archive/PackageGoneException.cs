namespace BusyboxGlibc.Debian.Archive;

/// <summary>A pinned package that neither the mirrors nor the snapshot archive have (any longer).</summary>
internal sealed class PackageGoneException(PinnedPackage package, Exception? inner)
    : DebianException(
        $"{package.Name} {package.Version} ({package.Architecture}) is no longer on the mirror",
        package.PoolPath,
        "a mirror keeps only the current version of a package, and the snapshot archive does not have it or cannot be reached",
        "renew the lock: ./build.sh --target=Lock",
        inner)
{
    /// <summary>The package.</summary>
    public PinnedPackage Package { get; } = package;
}
