namespace BusyboxGlibc.Lock.Resolve;

/// <summary>A command that its package does not contain under its own name.</summary>
/// <param name="Name">The command's name.</param>
/// <param name="Package">The package.</param>
/// <param name="Path">The path in the package, as in a merged /usr; null if the package's <c>postinst</c> specifies it.</param>
internal sealed record CommandAlternative(string Name, string Package, string? Path = null);

/// <summary>
/// The commands that no file list contains. For most of them update-alternatives(1) creates the link when the package is installed, which is
/// read from the package (<see cref="BusyboxGlibc.Debian.Package.AlternativeLink"/>); the table only specifies which package to read. Of several
/// packages the first has the highest priority. Checked against the packages of Debian 12 and 13.
/// </summary>
internal static class CommandAlternatives
{
    /// <summary>All such commands; for each name the likeliest package first.</summary>
    public static IReadOnlyList<CommandAlternative> All { get; } =
    [
        .. Of("iptables", [.. new[] { "iptables", "ip6tables", "arptables", "ebtables" }.SelectMany(name => new[] { name, $"{name}-restore", $"{name}-save" })]),
        .. Of("gawk", "awk", "nawk"),
        .. Of("mawk", "awk", "nawk"),
        .. Of("netcat-openbsd", "nc", "netcat"),
        .. Of("netcat-traditional", "nc", "netcat"),
        .. Of("sysstat", "sar"),
        .. Of("traceroute", "traceroute", "traceroute6", "lft", "traceproto", "tcptraceroute"),
        .. Of("vim", "vi", "vim", "vimdiff", "view", "ex", "rview", "rvim", "editor"),
        .. Of("vim-tiny", "vi", "view", "ex", "rview", "editor"),
        .. Of("less", "pager"),
        .. Of("inetutils-telnet", "telnet"),
        .. Of("xz-utils", "lzma"),
        .. Of("debianutils", "which"),

        // Not through alternatives: /usr/bin contains a Perl script that chooses a version.
        .. Postgres("psql"),
        .. Postgres("pg_dump"),
        .. Postgres("pg_restore"),
        .. Postgres("pg_isready"),
    ];

    /// <summary>The candidates for the command of that name, in order; empty for one that packages contain under its own name.</summary>
    internal static IEnumerable<CommandAlternative> Of(string name) => All.Where(alternative => alternative.Name == name);

    private static IEnumerable<CommandAlternative> Of(string package, params string[] names) => names.Select(name => new CommandAlternative(name, package));

    private static IEnumerable<CommandAlternative> Postgres(string name) =>
        new[] { "17", "15" }.Select(version => new CommandAlternative(name, $"postgresql-client-{version}", $"/usr/lib/postgresql/{version}/bin/{name}"));
}
