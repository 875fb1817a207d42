using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Commands that people add to a small image, required by name only, run in the finished image.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.EndToEnd)]
internal sealed class RealCommandsTests
{
    private const string Commands =
        "ip,ss,tc,bridge,openssl,curl,file,less,nano,vi = vim-tiny,iptables,iptables-save,nft,tcpdump,strace,jq,socat,rsync,ssh,htop,ps,top,lsof,gdbserver,nc,bash,git,dig,psql";

    // What fails, or answers otherwise, without the data that the table gives.
    private static readonly (string Command, string Answer)[] _calls =
    [
        ("ip route show table main; ip rule | head -n 1", "(?s)main|local"),
        ("ip rule", "lookup main"),
        ("ss -H -l -n", ""),
        ("tc -V", "tc utility"),
        ("bridge -V", "bridge utility"),
        ("openssl version -d", "/usr/lib/ssl"),
        ("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout /dev/null 2>/dev/null | head -n 1", "BEGIN CERTIFICATE"),
        ("curl --version", "OpenSSL"),
        ("file /bin/busybox", "ELF .*executable"),
        ("echo text | TERM=xterm less -F", "text"),
        ("nano --version", "GNU nano"),
        ("vi --version", "VIM - Vi IMproved"),
        ("iptables --version", "nf_tables"),
        ("iptables -m comment --help", "comment match options"),
        ("iptables-save --version", "iptables-save"),
        ("nft --version", "nftables"),
        ("tcpdump --version", "libpcap"),
        ("strace -V", "strace"),
        ("echo '{\"a\":1}' | jq .a", "^1$"),
        ("socat -V", "socat version"),
        ("rsync --version", "protocol version"),
        ("ssh -V 2>&1", "OpenSSH"),
        ("ssh -G host", "hostname host"),
        ("htop --version", "htop"),
        ("ps --version", "procps"),
        ("lsof -v 2>&1", "revision"),
        ("gdbserver --version", "GNU gdbserver"),
        ("nc -h 2>&1", "OpenBSD"),
        ("bash -c 'echo $BASH_VERSION'", "^5"),
        ("cd /tmp && git init -q repository && cd repository && git status", "No commits yet"),
        ("ls /tmp/repository/.git/hooks", "pre-commit.sample"),
        ("dig -v 2>&1", "DiG"),
        ("psql --version", "PostgreSQL"),
    ];

    [Test]
    public async Task ThirtyCommandsWorkWithWhatTheyReadOnTheirOwnPackagesData()
    {
        Requires.That(Environment.UserName == "root", "root, to unpack and to chroot");
        Requires.That(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "an amd64 machine");
        await BusyboxGlibc.Tests.Debian.RealSuite.RequireAsync();
        using var project = new ProjectCopy();
        project.Run($"--commands={Commands}", "--platforms=linux/amd64", "--busybox=debian", "--engine=embedded").Succeeded();
        var folder = Directory.CreateTempSubdirectory("commands-").FullName;
        try
        {
            Shell.Run("tar", "-C", folder, "-xpzf", OciLayoutReader.Open(project.Layout).ReadImages().Single().LayerPath).Succeeded();
            Shell.Run("cp", "-a", "/dev/null", "/dev/urandom", Path.Combine(folder, "dev")).Succeeded();
            Shell.Run("mount", "-t", "proc", "proc", Path.Combine(folder, "proc")).Succeeded();
            Assert.Multiple(() =>
            {
                foreach (var (command, answer) in _calls)
                {
                    var run = Shell.Run("chroot", folder, "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/tmp", "/bin/sh", "-c", command);
                    Assert.That(run.Output, Does.Match(new System.Text.RegularExpressions.Regex(answer, System.Text.RegularExpressions.RegexOptions.Multiline)), command);
                }
            });
        }
        finally
        {
            Shell.Run("umount", Path.Combine(folder, "proc"));
            Directory.Delete(folder, recursive: true);
        }
    }
}
