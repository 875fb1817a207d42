namespace BusyboxGlibc.Debian;

/// <summary>
/// One binary package, pinned by its checksum: enough to download it from any mirror and to verify it.
/// </summary>
/// <param name="Name">The package name, deb-control(5) <c>Package</c>.</param>
/// <param name="Version">Its version, deb-version(7), epoch included.</param>
/// <param name="Architecture">Its own architecture: the platform's, or <c>all</c>.</param>
/// <param name="Source">The name of its source package.</param>
/// <param name="SourceVersion">The version of its source package (differs from <paramref name="Version"/> after a binNMU).</param>
/// <param name="Archive">The archive that the pool path is relative to: <c>debian</c> (main and updates), <c>debian-security</c>, or <c>local</c> for
/// a package file of the user, whose path is relative to the project.</param>
/// <param name="PoolPath">Path in the archive, such as <c>pool/main/z/zlib/zlib1g_1.3.1_amd64.deb</c>.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Sha256">Checksum of the file, 64 lower-case hexadecimal digits.</param>
public sealed record PinnedPackage(
    string Name,
    string Version,
    string Architecture,
    string Source,
    string SourceVersion,
    string Archive,
    string PoolPath,
    long Size,
    string Sha256);
