using System.Text;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Rootfs;

/// <summary>The content of every image that does not depend on packages: the folders, and some configuration files.</summary>
internal static class Skeleton
{
    /// <summary>The origin of entries that the build creates.</summary>
    internal const string Origin = "the build";

    // The folders that programs expect on Debian (base-files and hier(7)), except those that only an installed system has: /boot, games, sources, and
    // the folders owned by users of the mail, news and print services.
    private static readonly string[] _plain =
    [
        "bin", "dev", "etc", "home", "lib", "media", "mnt", "opt", "proc", "run", "sbin", "srv", "sys",
        "usr", "usr/bin", "usr/lib", "usr/local", "usr/local/bin", "usr/local/etc", "usr/local/lib", "usr/local/sbin", "usr/local/share", "usr/sbin", "usr/share",
        "var", "var/cache", "var/lib", "var/lib/misc", "var/log", "var/spool", "var/spool/cron", "var/spool/cron/crontabs",
    ];

    // Without gshadow and nis: only what the shipped libnss_files and libnss_dns support.
    private const string NameService =
        """
        passwd:    files
        group:     files
        shadow:    files

        hosts:     files dns
        networks:  files

        protocols: files
        services:  files
        ethers:    files
        rpc:       files

        """;

    /// <summary>Adds the folders, the links <c>/lib64</c>, <c>/var/run</c> and <c>/var/lock</c>, and <c>/etc/nsswitch.conf</c>.</summary>
    internal static void AddTo(RootfsTree tree)
    {
        foreach (var folder in _plain)
        {
            AddFolder(tree, folder, FilePermissions.Octal755, 0);
        }

        AddFolder(tree, "root", FilePermissions.Octal700, 0);
        AddFolder(tree, "tmp", 0x3FF, 0);
        AddFolder(tree, "var/tmp", 0x3FF, 0);
        AddFolder(tree, "run/lock", 0x3FF, 0);
        AddFolder(tree, "home/nonroot", FilePermissions.Octal700, Accounts.NonrootId);
        AddLink(tree, "lib64", "lib");
        AddLink(tree, "var/run", "../run");
        AddLink(tree, "var/lock", "../run/lock");
        AddFile(tree, "etc/nsswitch.conf", Encoding.UTF8.GetBytes(NameService.ReplaceLineEndings("\n")));
    }

    internal static void AddFile(RootfsTree tree, string path, ReadOnlyMemory<byte> content, int mode = FilePermissions.Octal644, int group = 0) =>
        tree.Add(new RootfsEntry(path, RootfsEntryType.File, mode, 0, group, null, null, content, Origin));

    internal static void AddLink(RootfsTree tree, string path, string target) =>
        tree.Add(new RootfsEntry(path, RootfsEntryType.SymbolicLink, FilePermissions.Octal777, 0, 0, null, target, default, Origin));

    private static void AddFolder(RootfsTree tree, string path, int mode, int owner) =>
        tree.Add(new RootfsEntry(path, RootfsEntryType.Directory, mode, owner, owner, null, null, default, Origin));
}
