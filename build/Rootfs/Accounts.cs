using System.Globalization;
using System.Text;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// The image's accounts: Debian's system users and groups from the master files of base-passwd, and <c>nonroot</c>, and those of the user. No account has a password.
/// Formats: passwd(5), group(5), shadow(5).
/// </summary>
internal static class Accounts
{
    /// <summary>User and group id of <c>nonroot</c>, the same number as in other small images.</summary>
    internal const int NonrootId = 65532;

    private const string Nonroot = "nonroot";

    /// <summary>Adds <c>/etc/passwd</c>, <c>/etc/group</c> and <c>/etc/shadow</c>, and the homes of the user's accounts.</summary>
    /// <param name="tree">The tree, with all files of packages.</param>
    /// <param name="passwdMaster">Debian's users.</param>
    /// <param name="groupMaster">Debian's groups.</param>
    /// <param name="options">The user's accounts, and whether the image has a shell.</param>
    /// <exception cref="RootfsException">A master file is malformed, or lacks an account that every program relies on; or an account of the user cannot be created.</exception>
    internal static void AddTo(RootfsTree tree, ReadOnlyMemory<byte> passwdMaster, ReadOnlyMemory<byte> groupMaster, AssembleOptions options)
    {
        var users = Parse(passwdMaster, 7, BaseParts.PasswdMaster, ("root", 0), ("nobody", 65534));
        var groups = Parse(groupMaster, 4, BaseParts.GroupMaster, ("root", 0), ("shadow", 42), ("nogroup", 65534));
        users.Add([Nonroot, "*", Id(NonrootId), Id(NonrootId), Nonroot, "/home/" + Nonroot, "/usr/sbin/nologin"]);
        groups.Add([Nonroot, "*", Id(NonrootId), string.Empty]);
        AddOwn(tree, options, users, groups);

        var passwd = new StringBuilder();
        var shadow = new StringBuilder();
        foreach (var user in users)
        {
            user[1] = "x";
            user[6] = user[0] == "root" ? "/bin/sh" : user[6];
            Append(passwd, user);

            // The date of the last change stays empty: it would be the date of the build.
            Append(shadow, [user[0], "*", string.Empty, "0", "99999", "7", string.Empty, string.Empty, string.Empty]);
        }

        var group = new StringBuilder();
        foreach (var fields in groups)
        {
            fields[1] = "*";
            Append(group, fields);
        }

        Skeleton.AddFile(tree, "etc/passwd", Bytes(passwd));
        Skeleton.AddFile(tree, "etc/group", Bytes(group));
        Skeleton.AddFile(tree, "etc/shadow", Bytes(shadow), FilePermissions.Octal640, 42);
    }

    private static void AddOwn(RootfsTree tree, AssembleOptions options, List<string[]> users, List<string[]> groups)
    {
        var clashes = options.Users.Select(user => (User: user, Clash: Clash(user, "user", users) ?? Clash(user, "group", groups))).ToList();
        List<string> faults = [.. clashes.Select(pair => pair.Clash).OfType<string>(), .. HomeFolders.AddTo(tree, clashes.Where(pair => pair.Clash is null).Select(pair => pair.User))];
        if (faults.Count > 0)
        {
            throw new RootfsException(
                $"{OptionTable.Users.Name} has {Plural.Count(faults.Count, "account")} that the image cannot have", options.Users[0].Where, string.Join('\n', faults),
                "choose another name, a number from 1000 to 59999, or a home of its own such as /app; --user= uses an account that is there");
        }

        foreach (var user in options.Users)
        {
            users.Add([user.Name, "*", Id(user.Id), Id(user.Id), user.Name, user.Home, user.Shell ?? (options.HasShell ? "/bin/sh" : "/usr/sbin/nologin")]);
            groups.Add([user.Name, "*", Id(user.Id), string.Empty]);
        }
    }

    private static string? Clash(ImageUser user, string what, List<string[]> lines) =>
        lines.Exists(line => line[0] == user.Name) ? $"{user.Name}: the image has a {what} of this name"
        : lines.Find(line => line[2] == Id(user.Id)) is { } other ? $"{user.Name}: {user.Id} is the number of the {what} {other[0]}" : null;

    private static List<string[]> Parse(ReadOnlyMemory<byte> master, int fields, string path, params (string Name, int Id)[] required)
    {
        var lines = new List<string[]>();
        var names = new HashSet<string>(StringComparer.Ordinal) { Nonroot };
        foreach (var (index, line) in Encoding.UTF8.GetString(master.Span).Split('\n').Index())
        {
            if (line.Length == 0)
            {
                continue;
            }

            var parts = line.Split(':');
            if (parts.Length != fields
                || line.Any(char.IsControl)
                || !names.Add(parts[0])
                || parts[0].Length is 0 or > 32
                || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || id == NonrootId)
            {
                throw new RootfsException("an account line is malformed or duplicated", where: $"{path}:{index + 1}", why: $"the line is {RootfsPath.Show(line)}");
            }

            lines.Add(parts);
        }

        foreach (var (name, id) in required)
        {
            if (!lines.Any(line => line[0] == name && line[2] == Id(id)))
            {
                throw new RootfsException($"there is no {name} with the id {id}", where: path);
            }
        }

        return lines;
    }

    private static void Append(StringBuilder text, string[] fields) => text.AppendJoin(':', fields).Append('\n');

    private static string Id(int id) => id.ToString(CultureInfo.InvariantCulture);

    private static byte[] Bytes(StringBuilder text) => Encoding.UTF8.GetBytes(text.ToString());
}
