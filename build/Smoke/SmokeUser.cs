using System.Globalization;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Smoke;

/// <summary>The user of an image, looked up in its own files as engines do (moby/sys/user, GetExecUser).</summary>
/// <param name="Name">The user as the image's configuration names it.</param>
/// <param name="Id">The number of the user.</param>
/// <param name="Group">The number of the group.</param>
/// <param name="Groups">The numbers of the other groups.</param>
internal sealed record SmokeUser(string Name, int Id, int Group, IReadOnlyList<int> Groups)
{
    /// <summary>The options of unshare(1) for a user namespace where the caller has these numbers.</summary>
    public string Mapped => string.Create(CultureInfo.InvariantCulture, $"--user --map-user={Id} --map-group={Group}");

    /// <summary>Looks up a user.</summary>
    /// <param name="tree">The root file system, with <c>/etc/passwd</c> and <c>/etc/group</c>.</param>
    /// <param name="user">The user: <c>name</c>, <c>number</c>, or either with a group after a colon.</param>
    /// <returns>The user, or null if the files do not have it.</returns>
    public static SmokeUser? Find(RootfsTree tree, string user)
    {
        var parts = user.Split(':', 2);
        var account = Line(tree, AccountFiles.Users, parts[0]);
        if ((account is [_, _, var id, ..] ? AccountFiles.Number(id) : AccountFiles.Number(parts[0])) is not { } number)
        {
            return null;
        }

        if (parts.Length > 1)
        {
            return GroupOf(tree, parts[1]) is { } named ? new SmokeUser(user, number, named, []) : null;
        }

        var name = account?[0];
        var group = account is [_, _, _, var primary, ..] ? AccountFiles.Number(primary) ?? 0 : 0;
        return new SmokeUser(user, number, group,
        [
            .. AccountFiles.Lines(tree, AccountFiles.Groups)
                .Where(fields => name is not null && fields is [_, _, _, var members, ..] && members.Split(',').Contains(name, StringComparer.Ordinal))
                .Select(fields => AccountFiles.Number(fields[2])).OfType<int>().Distinct(),
        ]);
    }

    /// <summary>How results name the user: nothing for root.</summary>
    /// <param name="user">The user, as written; null for root.</param>
    public static string Told(string? user) => user is null ? string.Empty : $", as {user} (libraries as root)";

    private static int? GroupOf(RootfsTree tree, string group) =>
        Line(tree, AccountFiles.Groups, group) is [_, _, var id, ..] ? AccountFiles.Number(id) : AccountFiles.Number(group);

    // A number is never a name, one out of range neither.
    private static string[]? Line(RootfsTree tree, string path, string word) => !word.TrimStart('-', '+').All(char.IsAsciiDigit)
        ? AccountFiles.Find(tree, path, word)
        : AccountFiles.Lines(tree, path).FirstOrDefault(fields => fields.Length > 2 && AccountFiles.Number(fields[2]) == AccountFiles.Number(word));
}
