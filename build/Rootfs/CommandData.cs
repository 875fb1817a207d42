using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// The files that a real command reads or starts besides its libraries: data, plug-ins and helpers of its own package or of a related one. Without
/// them it fails or shows numbers instead of names. Found by tracing the open and execve calls of the commands; checked against the packages of
/// Debian 12 and 13. Configuration that only repeats built-in defaults is left to the user.
/// </summary>
internal static class CommandData
{
    private static readonly string[] _tables = [.. new[] { "iptables", "ip6tables", "arptables", "ebtables" }.SelectMany(name => new[] { name, name + "-restore", name + "-save", name + "-nft", name + "-legacy" })];

    /// <summary>The rows of the table.</summary>
    public static IReadOnlyList<CommandDataRow> All { get; } =
    [
        new(["ip", "ss", "tc", "bridge", "rtmon"], "iproute2", "iproute2", ["/etc/iproute2/**", "/usr/share/iproute2/**"]),
        new(["tc"], "iproute2", "iproute2", ["/usr/lib/*/tc/**"]),
        new(_tables, "iptables", "iptables", ["/usr/lib/*/xtables/*.so"]),
        new(["iptables"], "iptables", "iptables", ["/usr/sbin/iptables-restore", "/usr/sbin/iptables-save"]),
        new(["ip6tables"], "iptables", "iptables", ["/usr/sbin/ip6tables-restore", "/usr/sbin/ip6tables-save"]),
        new([.. _tables, "nft", "tcpdump", "nmap"], null, "netbase", ["/etc/ethertypes", "/etc/protocols", "/etc/services"]),
        new(["openssl"], "openssl", "openssl", ["/etc/ssl/openssl.cnf", "/usr/lib/ssl/openssl.cnf"]),
        new(["file"], "file", "libmagic-mgc", ["/usr/lib/file/magic.mgc", "/usr/share/misc/magic.mgc"]),
        new(["nano"], "nano", "nano", ["/etc/nanorc", "/usr/share/nano/**"]),
        new(["vim", "vi"], "vim", "vim-common", ["/etc/vim/vimrc", "/usr/share/vim/*/debian.vim"]),
        new(["vim", "vi"], "vim", "vim-runtime",
            ["/usr/share/vim/*/*.vim", "/usr/share/vim/*/autoload/**", "/usr/share/vim/*/colors/**", "/usr/share/vim/*/ftplugin/**", "/usr/share/vim/*/indent/**", "/usr/share/vim/*/plugin/**", "/usr/share/vim/*/syntax/**"]),
        new(["vi"], "vim-tiny", "vim-tiny", ["/etc/vim/vimrc.tiny"]),
        new(["git"], "git", "git", ["/usr/lib/git-core/**", "/usr/share/git-core/templates/**"]),
        new(["ssh", "scp", "sftp"], "openssh-client", "openssh-client", ["/etc/ssh/ssh_config", "/usr/bin/ssh"]),
        new(["screen"], "screen", "screen", ["/etc/screenrc", "/usr/share/screen/utf8encodings/*"]),
        new(["mtr"], null, "mtr-tiny", ["/usr/bin/mtr-packet"]),
        new(["nmap"], "nmap", "nmap-common", ["/usr/share/nmap/**"]),
        new(["bash"], "bash", "bash", ["/etc/bash.bashrc"]),
        new(["ltrace"], "ltrace", "ltrace", ["/etc/ltrace.conf", "/usr/share/ltrace/*"]),
        new(["lspci"], "pciutils", "pci.ids", ["/usr/share/misc/pci.ids"]),
        new(["lsusb"], "usbutils", "usb.ids", ["/usr/share/misc/usb.ids", "/var/lib/usbutils/usb.ids"]),
        new(["gpg"], "gpg", "gpg-agent", ["/usr/bin/gpg-agent"]),
        new(["nginx"], "nginx", "nginx-common", ["/etc/nginx/mime.types", "/etc/nginx/fastcgi.conf", "/etc/nginx/*_params"]),
    ];

    /// <summary>Returns the files that the commands need, for the platforms of each command.</summary>
    /// <param name="commands">The requirements; those of other kinds are ignored.</param>
    public static IReadOnlyList<BasePackage> For(IEnumerable<Requirement> commands)
    {
        var all = commands.Where(command => command.Kind == RequirementKind.Command && command.PackageFile is null).ToList();
        var parts = new List<BasePackage>();
        foreach (var row in All)
        {
            var asked = all.Where(command => row.Commands.Contains(command.Name, StringComparer.Ordinal) && IsOfPackage(command, row)).ToList();
            var platforms = KnownPlatforms.All.Where(platform => asked.Any(command => command.AppliesTo(platform))).ToList();
            if (platforms.Count > 0)
            {
                parts.Add(new BasePackage(
                    row.DataPackage, row.Patterns, $"the command {string.Join(", ", asked.Select(command => command.Name).Distinct())}", IsOptional: true,
                    platforms.Count == KnownPlatforms.All.Count ? null : platforms));
            }
        }

        return parts;
    }

    /// <summary>Adds the links of <see cref="CommandAlternatives"/> that no alternative creates.</summary>
    internal static void AddLinks(RootfsTree tree)
    {
        foreach (var alternative in CommandAlternatives.All)
        {
            var link = $"usr/bin/{alternative.Name}";
            if (alternative.Path is { } path && tree.Resolve(path[1..]) is not null && !tree.TryGet(link, out _))
            {
                Skeleton.AddLink(tree, link, RootfsPath.Relative(link, path[1..]));
            }
        }
    }

    // If no package is named, the command is in Debian's default package for it; vim-tiny provides vi only if it is named.
    private static bool IsOfPackage(Requirement command, CommandDataRow row) =>
        row.CommandPackage is null
        || (command.Package ?? CommandAlternatives.All.FirstOrDefault(one => one.Name == command.Name)?.Package ?? row.CommandPackage) == row.CommandPackage;
}

/// <summary>One row of <see cref="CommandData"/>.</summary>
/// <param name="Commands">The commands that need the files.</param>
/// <param name="CommandPackage">The package that the command must come from; null for any.</param>
/// <param name="DataPackage">The package that contains the files.</param>
/// <param name="Patterns">The files, as <see cref="BasePackage.Patterns"/>; a suite may lack some.</param>
internal sealed record CommandDataRow(IReadOnlyList<string> Commands, string? CommandPackage, string DataPackage, IReadOnlyList<string> Patterns);
