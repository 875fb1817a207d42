using System.Globalization;
using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Configuration;

/// <summary>An account that the image gets in addition to Debian's.</summary>
/// <param name="Name">The name of the user, and of its group.</param>
/// <param name="Id">The number of both.</param>
/// <param name="Home">The home folder, absolute.</param>
/// <param name="Shell">The shell, absolute; null for the image's.</param>
/// <param name="Where">Where it was written, for an error.</param>
internal sealed record ImageUser(string Name, int Id, string Home, string? Shell, string Where)
{
    /// <summary>The home of an account that has none, as Debian writes it (Debian Policy 9.2.3): it is not created.</summary>
    public const string NoHome = "/nonexistent";

    /// <summary>The account in its full form.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Name}:{Id}:{Home}:{Shell}");
}

/// <summary>Reads the list of accounts: <c>app:10001</c>, <c>app:10001:/app</c>, <c>app:10001:/app:/bin/sh</c>.</summary>
internal static partial class UserList
{
    private const string Form = "write NAME:NUMBER, NAME:NUMBER:HOME or NAME:NUMBER:HOME:SHELL, such as app:10001:/app";

    // (uid_t)-1 of 16 bits, which Debian Policy 9.2.2 reserves. That of 32 bits is above the highest number.
    private const int Reserved = 65535;

    /// <summary>The accounts, in the order of their numbers.</summary>
    /// <param name="value">The value as written.</param>
    /// <param name="where">Where it was written, for an error.</param>
    /// <exception cref="ConfigurationException">An entry is malformed, or two have the same name, number or home.</exception>
    public static IReadOnlyList<ImageUser> Parse(string value, string where)
    {
        var faults = new List<string>();
        var users = new List<ImageUser>();
        foreach (var entry in ValueList.Split(value))
        {
            var parts = entry.Split(':');
            if (Fault(parts) is { } fault)
            {
                faults.Add($"{ValueList.Show(entry)}: {fault}");
                continue;
            }

            users.Add(new ImageUser(
                parts[0], int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture), parts.Length > 2 ? parts[2].TrimEnd('/') : $"/home/{parts[0]}", parts.Length > 3 ? parts[3] : null, where));
        }

        faults.AddRange(Twice(users, "the name", user => user.Name));
        faults.AddRange(Twice(users, "the number", user => user.Id.ToString(CultureInfo.InvariantCulture)));
        faults.AddRange(Twice(users.Where(user => user.Home != ImageUser.NoHome), "the home", user => user.Home));
        return faults.Count == 0 ? [.. users.OrderBy(user => user.Id)]
            : throw new ConfigurationException($"{OptionTable.Users.Name} has {Plural.Count(faults.Count, "account")} that cannot be created", where, string.Join('\n', faults), Form);
    }

    private static string? Fault(string[] parts) => parts switch
    {
        { Length: < 2 or > 4 } => "it is not NAME:NUMBER with an optional home and shell",
        [var id, var name, ..] when id.All(char.IsAsciiDigit) && NamePattern().IsMatch(name) => $"name and number are exchanged; write {string.Join(':', [name, id, .. parts[2..]])}",
        [var name, ..] when !NamePattern().IsMatch(name) => "a name has at most 32 letters, digits, _ . and -, and begins with a letter or _",
        [_, var id, ..] when !int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _) => $"{(id.All(char.IsAsciiDigit) && id.Length > 0 ? "the number is above 2147483647" : "the second part is not a number")}",
        [_, var id, ..] when int.Parse(id, CultureInfo.InvariantCulture) is 0 or Reserved => id.TrimStart('0').Length == 0 ? "0 is root" : "65535 is reserved, because it means no user in 16 bits",
        [_, _, var home, ..] when !IsPath(home) => "the home is not an absolute path without . and .., such as /app",
        [_, _, _, var shell] when !IsPath(shell) => "the shell is not an absolute path, such as /bin/sh",
        _ => null,
    };

    private static bool IsPath(string path) =>
        path.Length is > 1 and <= 1024 && path[0] == '/' && !path.Any(letter => char.IsControl(letter) || letter == '\\') && path[1..].TrimEnd('/').Split('/').All(part => part is not ("" or "." or "..") && part.Length <= 255);

    private static IEnumerable<string> Twice(IEnumerable<ImageUser> users, string what, Func<ImageUser, string> key) =>
        users.GroupBy(key, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => $"{string.Join(" and ", group.Select(user => user.Name))} have {what} {group.Key}");

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
