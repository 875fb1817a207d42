namespace BusyboxGlibc.Lock.Resolve;

/// <summary>A command that its package ships under another name.</summary>
/// <param name="Link">The path at which it is called, <c>/usr/sbin/iptables</c>.</param>
/// <param name="Package">The package.</param>
/// <param name="Path">The path in the package, in the spelling of a merged /usr.</param>
public sealed record CommandAlternative(string Link, string Package, string Path)
{
    /// <summary>The name it is called by.</summary>
    public string Name => LibraryNames.FileOf(Link);
}

/// <summary>
/// The commands that a Debian has through update-alternatives(1), which no file list shows: the links are made when the packages are
/// installed. Of several packages the first has the highest priority. Checked against the packages' own scripts of Debian 12 and 13.
/// </summary>
public static class CommandAlternatives
{
    /// <summary>Every one, the likeliest package of a name first.</summary>
    public static IReadOnlyList<CommandAlternative> All { get; } =
    [
        .. Tables("iptables", "", "-restore", "-save"),
        .. Tables("ip6tables", "", "-restore", "-save"),
        .. Tables("arptables", "", "-restore", "-save"),
        .. Tables("ebtables", "", "-restore", "-save"),
        new("/usr/bin/awk", "gawk", "/usr/bin/gawk"),
        new("/usr/bin/awk", "mawk", "/usr/bin/mawk"),
        new("/usr/bin/nc", "netcat-openbsd", "/usr/bin/nc.openbsd"),
        new("/usr/bin/nc", "netcat-traditional", "/usr/bin/nc.traditional"),
        new("/usr/bin/sar", "sysstat", "/usr/bin/sar.sysstat"),
        new("/usr/bin/traceroute", "traceroute", "/usr/bin/traceroute.db"),
        new("/usr/bin/traceroute6", "traceroute", "/usr/bin/traceroute6.db"),
        new("/usr/bin/vi", "vim", "/usr/bin/vim.basic"),
        new("/usr/bin/vi", "vim-tiny", "/usr/bin/vim.tiny"),
        new("/usr/bin/vim", "vim", "/usr/bin/vim.basic"),

        // Not by alternatives: /usr/bin has a script in Perl that chooses among versions.
        .. Postgres("psql"),
        .. Postgres("pg_dump"),
        .. Postgres("pg_restore"),
        .. Postgres("pg_isready"),
    ];

    /// <summary>What the command of that name may be, in order; empty for one that packages ship under its own name.</summary>
    internal static IEnumerable<CommandAlternative> Of(string name) => All.Where(alternative => alternative.Name == name);

    private static IEnumerable<CommandAlternative> Tables(string name, params string[] ends) =>
        ends.Select(end => new CommandAlternative($"/usr/sbin/{name}{end}", "iptables", $"/usr/sbin/{name}-nft{end}"));

    private static IEnumerable<CommandAlternative> Postgres(string name) =>
        new[] { "17", "15" }.Select(version => new CommandAlternative($"/usr/bin/{name}", $"postgresql-client-{version}", $"/usr/lib/postgresql/{version}/bin/{name}"));
}
