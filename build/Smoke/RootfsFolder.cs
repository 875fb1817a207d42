using System.Runtime.InteropServices;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;
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

    /// <summary>Gives the entries of an unpacked tree the owners that they have in the image. Requires root.</summary>
    /// <returns>Why this machine cannot: a container may have no such users (user_namespaces(7)). Null if it could.</returns>
    public static string? Own(RootfsTree tree, string folder)
    {
        foreach (var entry in tree.Entries.Where(entry => entry.UserId != 0 || entry.GroupId != 0))
        {
            if (ChangeOwner($"{folder}/{entry.Path}", (uint)entry.UserId, (uint)entry.GroupId) != 0)
            {
                return $"/{SafeText.Text(entry.Path)} cannot be given to {entry.UserId}:{entry.GroupId}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}";
            }
        }

        return null;
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

    // Of a link, not of what it points to.
    [DllImport("libc", EntryPoint = "lchown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
}
