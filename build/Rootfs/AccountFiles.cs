using System.Globalization;
using System.Text;

namespace BusyboxGlibc.Rootfs;

/// <summary>Looks up accounts in the finished files of a tree: <c>/etc/passwd</c> and <c>/etc/group</c>, in whose lines the name comes first and the number third (passwd(5), group(5)).</summary>
internal static class AccountFiles
{
    /// <summary>The path of the users.</summary>
    public const string Users = "etc/passwd";

    /// <summary>The path of the groups.</summary>
    public const string Groups = "etc/group";

    /// <summary>The fields of each line; none if there is no such file.</summary>
    public static IEnumerable<string[]> Lines(RootfsTree tree, string path) =>
        tree.Resolve(path) is { } found && tree.TryGet(found, out var entry) && entry.Type == RootfsEntryType.File
            ? Encoding.UTF8.GetString(entry.Content.Span).Split('\n').Select(line => line.Trim().Split(':')).Where(fields => fields[0].Length > 0)
            : [];

    /// <summary>The fields of the first line of a name, or null.</summary>
    public static string[]? Find(RootfsTree tree, string path, string name) => Lines(tree, path).FirstOrDefault(fields => fields[0] == name);

    /// <summary>The number that a text is; null if it is a name.</summary>
    public static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
