using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>A place of the user's that keeps files of a build by their checksum. It is no more trusted than a mirror: its callers verify every byte.</summary>
internal interface IFileVault
{
    /// <summary>Its name in messages.</summary>
    string Name { get; }

    /// <summary>Copies a file into a stream, which is emptied before the first byte is written.</summary>
    /// <param name="sha256">The checksum of the file, 64 lower-case hexadecimal digits.</param>
    /// <param name="size">The size in bytes.</param>
    /// <param name="target">Writable and seekable; unchanged if the vault does not have the file.</param>
    /// <param name="received">Called with the number of bytes of each chunk; a negative number for bytes that have to be read again.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>Whether the vault has the file.</returns>
    /// <exception cref="NotAVaultException">What is there is not a vault.</exception>
    /// <exception cref="BuildException">The vault, or the file in it, cannot be read.</exception>
    Task<bool> TryCopyAsync(string sha256, long size, Stream target, Action<long>? received, CancellationToken cancellation);

    /// <summary>Returns the signed Release file of a suite, unverified; null if the vault has none.</summary>
    /// <param name="path">Its path: the archive's name, then the path in it, <c>debian/dists/trixie/InRelease</c>.</param>
    /// <param name="limit">The maximum size in bytes.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="NotAVaultException">What is there is not a vault.</exception>
    /// <exception cref="BuildException">The vault, or the file in it, cannot be read.</exception>
    Task<byte[]?> FindAsync(string path, int limit, CancellationToken cancellation);
}

/// <summary>What an option names as a vault is something else: the name is wrong, so nothing takes its place.</summary>
/// <param name="name">The vault, as the user named it.</param>
/// <param name="why">What is there instead.</param>
/// <param name="inner">The underlying error, if any.</param>
internal sealed class NotAVaultException(string name, string why, Exception? inner = null)
    : DebianException($"{name} is not a vault", why: why, next: "name one that --target=Vault --to=REF|DIR wrote, or leave --vault out", inner: inner);
