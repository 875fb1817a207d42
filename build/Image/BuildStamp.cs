using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Image;

/// <summary>
/// Says whether a result on disk was made from the same inputs, so that it need not be made again. A stamp is a small JSON
/// file beside the result: the key of the inputs, and the result's size and checksum.
/// </summary>
/// <param name="Key">Digest of everything that went in, <see cref="InputKey.Of"/>.</param>
/// <param name="Size">The result's size in bytes.</param>
/// <param name="Sha256">The result's checksum, lower-case hexadecimal.</param>
internal sealed record BuildStamp(string Key, long Size, string Sha256)
{
    /// <summary>What identifies this build of the program: a change of its code makes every stamp stale.</summary>
    public static string ProgramIdentity { get; } = typeof(BuildStamp).Module.ModuleVersionId.ToString("N");

    /// <summary>Reads a stamp; an absent or damaged one is null, for then the result is simply made again.</summary>
    public static BuildStamp? Read(string path) => StampFile.Read<BuildStamp>(path) is { Key: not null, Sha256: not null } stamp ? stamp : null;

    /// <summary>Writes the stamp, atomically.</summary>
    public void Write(string path) => StampFile.Write(path, this);
}
