using System.Globalization;
using System.Text;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// The image's accounts: Debian's system users and groups from the master files of base-passwd, and <c>nonroot</c>. No account has a password.
/// Formats: passwd(5), group(5), shadow(5).
/// </summary>
internal static class Accounts
{
    /// <summary>User and group id of <c>nonroot</c>, the same number as in other small images.</summary>
    internal const int NonrootId = 65532;

    private const string Nonroot = "nonroot";

    /// <summary>Adds <c>/etc/passwd</c>, <c>/etc/group</c> and <c>/etc/shadow</c>.</summary>
    /// <exception cref="RootfsException">A master file is malformed, or lacks an account that every program relies on.</exception>
    internal static void AddTo(RootfsTree tree, ReadOnlyMemory<byte> passwdMaster, ReadOnlyMemory<byte> groupMaster)
    {
        var users = Parse(passwdMaster, 7, BaseParts.PasswdMaster, ("root", 0), ("nobody", 65534));
        var groups = Parse(groupMaster, 4, BaseParts.GroupMaster, ("root", 0), ("shadow", 42), ("nogroup", 65534));
        users.Add([Nonroot, "*", Id(NonrootId), Id(NonrootId), Nonroot, "/home/" + Nonroot, "/usr/sbin/nologin"]);
        groups.Add([Nonroot, "*", Id(NonrootId), string.Empty]);

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
