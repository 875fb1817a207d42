namespace BusyboxGlibc.Lock.Resolve;

/// <summary>A command that its package does not ship under its own name.</summary>
/// <param name="Name">The name it is called by.</param>
/// <param name="Package">The package.</param>
/// <param name="Path">The path in the package, in the spelling of a merged /usr; null where the package's <c>postinst</c> tells it.</param>
internal sealed record CommandAlternative(string Name, string Package, string? Path = null);

/// <summary>
/// The commands that no file list shows. For most of them update-alternatives(1) makes the link when the package is installed, which is
/// read of the package (<see cref="BusyboxGlibc.Debian.Package.AlternativeLink"/>); the table only says which package to look into. Of several
/// packages the first has the highest priority. Checked against the packages of Debian 12 and 13.
/// </summary>
internal static class CommandAlternatives
{
    /// <summary>Every one, the likeliest package of a name first.</summary>
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

        // Not by alternatives: /usr/bin has a script in Perl that chooses among versions.
        .. Postgres("psql"),
        .. Postgres("pg_dump"),
        .. Postgres("pg_restore"),
        .. Postgres("pg_isready"),
    ];

    /// <summary>What the command of that name may be, in order; empty for one that packages ship under its own name.</summary>
    internal static IEnumerable<CommandAlternative> Of(string name) => All.Where(alternative => alternative.Name == name);

    private static IEnumerable<CommandAlternative> Of(string package, params string[] names) => names.Select(name => new CommandAlternative(name, package));

    private static IEnumerable<CommandAlternative> Postgres(string name) =>
        new[] { "17", "15" }.Select(version => new CommandAlternative(name, $"postgresql-client-{version}", $"/usr/lib/postgresql/{version}/bin/{name}"));
}
