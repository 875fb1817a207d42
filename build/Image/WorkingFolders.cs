using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Image;

/// <summary>
/// Creates the folders of <c>WORKDIR</c> as BuildKit does: mode 0755, and each missing folder is owned by the user at that line, whose name is
/// looked up in the image; links are followed inside the image.
/// </summary>
internal static class WorkingFolders
{
    private const int Mode = FilePermissions.Octal755;

    /// <summary>Adds the missing folders.</summary>
    /// <exception cref="DockerfileException">Something other than a folder exists there.</exception>
    public static void Add(RootfsTree tree, IReadOnlyList<WorkingFolder> folders)
    {
        foreach (var folder in folders)
        {
            var at = string.Empty;
            foreach (var part in folder.Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                at = Enter(tree, folder, at, part);
            }
        }
    }

    private static string Enter(RootfsTree tree, WorkingFolder folder, string at, string part)
    {
        var path = at.Length == 0 ? part : $"{at}/{part}";
        if (part is "." or ".." || tree.TryGet(path, out _))
        {
            var inside = tree.Resolve(path) ?? throw Fault(folder, $"/{path} is a link that points to nothing");
            return inside.Length == 0 || (tree.TryGet(inside, out var entry) && entry.Type == RootfsEntryType.Directory)
                ? inside
                : throw Fault(folder, $"/{inside} is not a folder");
        }

        var (user, group) = Owner(tree, folder.User);
        tree.Add(new RootfsEntry(path, RootfsEntryType.Directory, Mode, user, group, null, null, default, folder.Where));
        return path;
    }

    private static DockerfileException Fault(WorkingFolder folder, string why) =>
        new($"the working directory {SafeText.Text(folder.Path)} cannot be created", folder.Where, why, "name another folder");

    // A number is both user and group; an unknown name is root.
    private static (int User, int Group) Owner(RootfsTree tree, string? owner)
    {
        var parts = (owner ?? "root").Split(':', 2);
        var (user, group) = Number(parts[0]) is { } id ? (id, id) : AccountFiles.Find(tree, AccountFiles.Users, parts[0]) is [_, _, var uid, var gid, ..] ? (Number(uid) ?? 0, Number(gid) ?? 0) : (0, 0);
        return parts.Length == 1 ? (user, group) : (user, Number(parts[1]) ?? (AccountFiles.Find(tree, AccountFiles.Groups, parts[1]) is [_, _, var number, ..] ? Number(number) ?? 0 : group));
    }

    private static int? Number(string text) => text == "root" ? 0 : AccountFiles.Number(text);
}
