using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Rootfs;

/// <summary>Creates the home folders of the user's accounts: 0755, because services of another account often read them.</summary>
internal static class HomeFolders
{
    // What is in them belongs to the system, or is made by the engine when a container starts.
    private static readonly string[] _system = ["bin", "boot", "dev", "etc", "lib", "lib64", "proc", "root", "sbin", "sys", "usr/bin", "usr/lib", "usr/lib64", "usr/sbin", "usr/share", "var/lib/dpkg"];

    /// <summary>Adds the folders.</summary>
    /// <returns>The reasons why some cannot be created, one line each.</returns>
    internal static IReadOnlyList<string> AddTo(RootfsTree tree, IEnumerable<ImageUser> users)
    {
        var faults = new List<string>();
        foreach (var user in users.Where(user => user.Home != ImageUser.NoHome).OrderBy(user => user.Home, StringComparer.Ordinal))
        {
            var path = user.Home[1..];
            if (Fault(tree, path) is { } fault)
            {
                faults.Add($"{user.Name}: the home {user.Home} {fault}");
            }
            else
            {
                tree.Add(new RootfsEntry(path, RootfsEntryType.Directory, FilePermissions.Octal755, user.Id, user.Id, null, null, default, user.Where));
            }
        }

        return faults;
    }

    private static string? Fault(RootfsTree tree, string path)
    {
        if (_system.FirstOrDefault(folder => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal)) is { } system)
        {
            return path == system ? "is a system folder" : $"is in the system folder /{system}";
        }

        for (var parent = RootfsPath.Parent(path); parent is not null; parent = RootfsPath.Parent(parent))
        {
            if (tree.TryGet(parent, out var above) && above.Type != RootfsEntryType.Directory)
            {
                return above.Type == RootfsEntryType.SymbolicLink ? $"goes through the link /{parent}" : $"is below the file /{parent}";
            }
        }

        return !tree.TryGet(path, out var entry) || tree.IsImplied(path) ? null
            : entry.Type == RootfsEntryType.Directory ? "is a folder that every image has"
            : "is a file of the image";
    }
}
