using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Image;

/// <summary>
/// Records the inputs of a result on disk, so that it is not made again from the same inputs. A stamp is a small JSON
/// file next to the result: the key of the inputs, and the result's size and checksum.
/// </summary>
/// <param name="Key">The digest of all inputs, <see cref="InputKey.Of"/>.</param>
/// <param name="Size">The result's size in bytes.</param>
/// <param name="Sha256">The result's checksum, lowercase hexadecimal.</param>
internal sealed record BuildStamp(string Key, long Size, string Sha256)
{
    /// <summary>Identifies this build of the program: a change of its code makes every stamp stale.</summary>
    public static string ProgramIdentity { get; } = typeof(BuildStamp).Module.ModuleVersionId.ToString("N");

    /// <summary>Reads a stamp; returns null if it is absent or damaged, and the result is then made again.</summary>
    public static BuildStamp? Read(string path) => StampFile.Read<BuildStamp>(path) is { Key: not null, Sha256: not null } stamp ? stamp : null;

    /// <summary>Writes the stamp, atomically.</summary>
    public void Write(string path) => StampFile.Write(path, this);
}
