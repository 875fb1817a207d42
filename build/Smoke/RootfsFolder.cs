using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Smoke;

/// <summary>A root file system unpacked into a folder, with the files that a container engine would add.</summary>
internal static class RootfsFolder
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Unpacks a tree. It contains only entries that can be unpacked (<see cref="RootfsTree"/>): nothing is written through a link, and so nothing
    /// outside the folder. Owners and times are those of the user who unpacks, who can enter and remove the folders.
    /// </summary>
    /// <param name="tree">The tree.</param>
    /// <param name="folder">The folder to create; must not exist.</param>
    /// <exception cref="BuildException">The file system refused.</exception>
    public static void Unpack(RootfsTree tree, string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        try
        {
            Directory.CreateDirectory(folder, Owner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            foreach (var entry in tree.Entries.OrderBy(entry => entry.Type == RootfsEntryType.HardLink))
            {
                var path = $"{folder}/{entry.Path}";
                switch (entry.Type)
                {
                    case RootfsEntryType.Directory:
                        Directory.CreateDirectory(path);
                        File.SetUnixFileMode(path, (UnixFileMode)entry.Mode | Owner);
                        break;
                    case RootfsEntryType.SymbolicLink:
                        File.CreateSymbolicLink(path, entry.LinkTarget!);
                        break;
                    default:
                        Write(path, entry, tree);
                        break;
                }
            }

            Complete(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(folder, error);
        }
    }

    /// <summary>Removes a folder; if it cannot be removed, the next run removes it.</summary>
    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Absent, or still used by a killed program.
        }
    }

    // A hard link becomes a separate file: programs that run in the folder see no difference.
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void Write(string path, RootfsEntry entry, RootfsTree tree)
    {
        var body = entry.Type == RootfsEntryType.HardLink && tree.TryGet(entry.LinkTarget!, out var target) ? target : entry;
        using var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 });
        stream.Write(body.Content.Span);
        File.SetUnixFileMode(stream.SafeFileHandle, (UnixFileMode)body.Mode);
    }

    // Paths that an engine creates in every container: mount points, and the names of this machine.
    private static void Complete(string folder)
    {
        foreach (var name in (ReadOnlySpan<string>)["dev", "proc", "sys", "etc"])
        {
            if (new DirectoryInfo($"{folder}/{name}") is { Exists: false, LinkTarget: null })
            {
                Directory.CreateDirectory($"{folder}/{name}");
            }
        }

        if (new DirectoryInfo($"{folder}/etc").LinkTarget is null && new FileInfo($"{folder}/etc/hosts") is { Exists: false, LinkTarget: null })
        {
            File.WriteAllText($"{folder}/etc/hosts", "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        }
    }
}
