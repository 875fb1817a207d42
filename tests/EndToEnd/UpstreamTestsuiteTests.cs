using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>BusyBox's own <c>testsuite</c>, run by the amd64 image's shell on the amd64 image's BusyBox.</summary>
[Category(Categories.EndToEnd)]
internal sealed class UpstreamTestsuiteTests
{
    // Cases that fail for a native build too, see the head of the file.
    private const string KnownFailures = "Data/Busybox/testsuite-failures-1.38.0.txt";

    [Test]
    public async Task NoMoreCasesFailThanOfANativeBuild()
    {
        Requires.That(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64, "an amd64 machine");
        Requires.Tool("unshare");
        var root = await RealImage.UnpackAsync(KnownPlatforms.Amd64);
        try
        {
            // Where runtest looks: the program and its configuration in the folder above the cases.
            var folder = Path.Combine(root, "suite");
            Directory.CreateDirectory(folder);
            Shell.Run("tar", "-xjf", Tarball(), "-C", folder, "--strip-components=1", "--no-same-owner", "busybox-1.38.0/testsuite").Succeeded();
            File.Copy(Path.Combine(root, "usr/share/doc/busybox/config"), Path.Combine(folder, ".config"));
            File.CreateSymbolicLink(Path.Combine(folder, "busybox"), "/bin/busybox");
            // Cases pipe without end into head; what .NET starts would not end by that.
            var said = Shell.Run("env", "--default-signal=PIPE", "unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--fork", "--kill-child", "sh", "-c", Script, "testsuite", root).Output;
            var results = said.Split('\n').Select(line => line.Split(": ", 2)).Where(words => words.Length == 2).ToLookup(words => words[0], words => words[1]);
            Assert.That(results["PASS"].Count(), Is.GreaterThan(700), said);
            var known = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, KnownFailures)).Where(line => !line.StartsWith('#'));
            Assert.That(results["FAIL"].Except(known, StringComparer.Ordinal), Is.Empty, said);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private const string Script =
        """
        set -eu
        root=$1
        mkdir -p "$root/dev" "$root/proc"
        mount -t tmpfs -o mode=755 dev "$root/dev"
        for name in null zero full random urandom tty; do : >"$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"; done
        mount -t proc proc "$root/proc"
        exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root sh -c 'cd /suite/testsuite && ./runtest </dev/null || true'
        """;

    private static string Tarball()
    {
        var release = BusyboxGlibc.Busybox.Releases.BusyboxReleases.Read(Path.Combine(ProjectCopy.RepositoryFolder, "busybox-releases.json")).Releases.Single(known => known.Version == "1.38.0");
        return Path.Combine(RealSuite.Cache, "sha256", release.Sha256[..2], release.Sha256);
    }
}
