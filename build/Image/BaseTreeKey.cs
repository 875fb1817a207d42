using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Image;

/// <summary>The key of all inputs of a base tree.</summary>
internal static class BaseTreeKey
{
    /// <summary>The key for one platform.</summary>
    /// <param name="locked">The lock's entry of the platform.</param>
    /// <param name="suite">The lock's suite.</param>
    /// <param name="options">The inputs besides the lock; overlay files count with their content and mode.</param>
    /// <param name="epoch">The image's epoch.</param>
    public static string Of(LockedPlatform locked, string suite, AssembleOptions options, long epoch) => InputKey.Of(
    [
        BuildStamp.ProgramIdentity,
        LockFile.ContentDigest(new ImageLock(suite, [], [locked])),
        locked.Platform.Name,
        options.Features.ToString(),
        options.Zone ?? string.Empty,
        string.Join('\n', options.Users.Select(user => user.Text)),
        string.Join('\n', options.Authorities.Select(der => Convert.ToHexStringLower(SHA256.HashData(der.Span)))),
        string.Join('\n', options.Overlays.Select(overlay => overlay.Text)),
        epoch.ToString(System.Globalization.CultureInfo.InvariantCulture),
        .. options.Overlays.Count == 0 ? [] : OverlayFiles(options.ProjectFolder),
    ]);

    private static IEnumerable<string> OverlayFiles(string projectFolder)
    {
        var folder = Path.Combine(projectFolder, "overlay");
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var file = new FileInfo(path);
            yield return Path.GetRelativePath(folder, path);
            yield return file.LinkTarget ?? string.Empty;
            if (file.Exists && file.LinkTarget is null)
            {
                yield return FileHash.Of(path);
                yield return OperatingSystem.IsWindows() ? string.Empty : file.UnixFileMode.ToString();
            }
        }
    }
}
