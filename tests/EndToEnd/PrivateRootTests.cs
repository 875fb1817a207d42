using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Rootfs;
using BusyboxGlibc.Tests.Smoke;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>The real image entered in every way, natively and under qemu.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.EndToEnd)]
internal sealed class PrivateRootTests
{
    [Test, Combinatorial]
    public async Task TheRealImagePassesEveryCheck([Values] Way way, [Values("linux/amd64", "linux/arm64")] string name)
    {
        using var folder = new TemporaryFolder();
        var smoke = await SmokeSamples.TestAsync(await SmokeSamples.RealAsync(KnownPlatforms.Find(name)!), runner: Runner(way, folder));
        Assert.That(smoke.IsProven, string.Join('\n', SmokeTable.Lines([smoke])));
        Assert.That(smoke.How, Does.StartWith(way == Way.Chroot ? "chroot, " : "private root, "));
        Assert.That(folder.Names, Is.Empty, "nothing is left behind");
    }

    [Test, Combinatorial]
    public async Task AHangEndsWithAllItStartedAndItsLastWords([Values] Way way, [Values("linux/amd64", "linux/arm64")] string name)
    {
        using var folder = new TemporaryFolder();
        var mark = $"87{Random.Shared.Next(100000, 999999)}";
        var check = new SmokeCheck(
            "hang", _ => null, _ => new SmokeScript($"$RUN /bin/sleep {mark} & echo last words; $RUN /bin/sleep {mark}; echo never", []), (_, _) => null, TimeSpan.FromSeconds(4));
        var smoke = await SmokeSamples.TestAsync(await SmokeSamples.RealAsync(KnownPlatforms.Find(name)!), [check], Runner(way, folder));
        Assert.That(smoke.Results.Single().State, Is.EqualTo(SmokeState.Failed));
        Assert.That(smoke.Results.Single().Reason, Is.EqualTo("did not finish within 4 s\nlast words"));
        Assert.That(() => Running(mark), Is.False.After(5000, 50));
        Assert.That(folder.Names, Is.Empty, "nothing is left behind");
    }

    // Here root has unpacked for an ordinary user: no number of that user's namespace is root's.
    [Test, Combinatorial]
    public async Task TheImagesUserRunsItWithTheRightsThatItHas([Values] Way way, [Values("linux/amd64", "linux/arm64")] string name)
    {
        const string script = "echo \"$($RUN /bin/id -u) $($RUN /bin/id -g) $($RUN /bin/id -G)\"; echo >/app/own && echo mine; read -r _ </etc/secret && echo read; echo >/lib/more && echo wrote; :";
        using var folder = new TemporaryFolder();
        var real = await SmokeSamples.RealAsync(KnownPlatforms.Find(name)!);
        var tree = new RootfsTree();
        foreach (var entry in real.Tree.Entries.OrderBy(entry => entry.Type == RootfsEntryType.HardLink))
        {
            tree.Add(entry.Path switch
            {
                "etc/passwd" => Trees.File(entry.Path, "root:x:0:0::/:/bin/sh\napp:x:10001:10002::/app:/bin/sh\n"),
                "etc/group" => Trees.File(entry.Path, "root:x:0:\napp:x:10002:\nmore:x:10003:root,app\n"),
                _ => entry,
            });
        }

        tree.Add(Trees.File("etc/secret", "secret\n") with { Mode = FilePermissions.Octal600 });
        tree.Add(Trees.Folder("app") with { Mode = FilePermissions.Octal700, UserId = 10001, GroupId = 10002 });
        var runner = Runner(way, folder);
        foreach (var (asRoot, lines) in new[]
        {
            (false, way == Way.OrdinaryUser ? new[] { "10001 10002 10002" } : ["10001 10002 10002 10003", "mine"]),
            (true, way == Way.OrdinaryUser ? ["0 0 0"] : ["0 0 0", "mine", "read", "wrote"]),
        })
        {
            var check = new SmokeCheck(
                "who", _ => null, _ => new SmokeScript(script, []) { AsRoot = asRoot }, (_, said) => said.Select(Known).SequenceEqual(lines, StringComparer.Ordinal) ? null : string.Join('\n', said), TimeSpan.FromSeconds(20));
            var smoke = await SmokeSamples.TestAsync(new SmokeImage(real.Platform, tree, real.Environment) { User = "app" }, [check], runner);
            Assert.That(smoke.Results.Single(), Is.EqualTo(new SmokeResult("who", SmokeState.Passed)));
            Assert.That(smoke.How, Does.EndWith(", as app (libraries as root)"));
        }

        Assert.That((await SmokeSamples.TestAsync(new SmokeImage(real.Platform, tree, []) { User = "apache" }, runner: runner)).Reason("tmp"), Is.EqualTo("the image has no user apache"));
    }

    // Groups of this machine's user that do not lead into the namespace.
    private static string Known(string line) => line.Replace(" 65534", string.Empty, StringComparison.Ordinal);

    [Test]
    public async Task WithoutAnEmulatorItIsNotRunAndSaysWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        var tools = Directory.CreateDirectory(folder.File("tools")).FullName;
        foreach (var tool in (string[])["sh", "env", "timeout", "chroot", "unshare", "mount"])
        {
            File.CreateSymbolicLink(Path.Combine(tools, tool), Requires.Find(tool)!);
        }

        // No kernel takes its shell for a program, whatever is registered.
        var runner = new PrivateRoot(folder.File("roots"), new CommandRunner(tools), Ways(Way.Root));
        var smoke = await SmokeSamples.TestAsync(SmokeSamples.Of(SmokeSamples.Tiny(), SmokeSamples.Arm64), runner: runner);
        Assert.That(smoke.In(SmokeState.NotRun).Count() + smoke.In(SmokeState.Absent).Count(), Is.EqualTo(smoke.Results.Count));
        Assert.That(smoke.Reason("applets"), Does.Contain("qemu-aarch64-static").And.Contain("linux/arm64"));
        File.Delete(Path.Combine(tools, "chroot"));
        Assert.That((await SmokeSamples.TestAsync(SmokeSamples.Of(SmokeSamples.Tiny()), runner: runner)).Reason("applets"), Is.EqualTo("chroot is not on PATH"));
    }

    [Test]
    public async Task AnImageOfThisMachineWithoutALoaderFailsAndIsNotLeftOut()
    {
        Requires.That(PreparedBuildRoot.HostArchitecture() == "amd64", "an amd64 machine");
        var image = await SmokeSamples.ChangedAsync(KnownPlatforms.Amd64, entry => Path.GetFileName(entry.Path).StartsWith("ld-linux", StringComparison.Ordinal) ? null : entry);
        var smoke = await SmokeSamples.TestAsync(image);
        Assert.That(smoke.Results.Select(result => result.State), Is.All.EqualTo(SmokeState.Failed));
    }

    [Test]
    public async Task WhatAnImagePutsInTheWayOfItsMountsIsNotFollowed()
    {
        using var folder = new TemporaryFolder();
        var smoke = await SmokeSamples.TestAsync(
            new SmokeImage(KnownPlatforms.Amd64, SmokeSamples.Tiny(Trees.Link("dev", folder.Path)), ["PATH=/bin", "=x", "-u", "A B=c"]), runner: Runner(Way.Root, folder));
        Assert.That(smoke.Reason("tmp"), Does.Contain("/dev of the image is not a folder"));
        Assert.That(folder.Names, Is.Empty);
    }

    /// <summary>Who enters, and how.</summary>
    public enum Way
    {
        Root,
        OrdinaryUser,
        Chroot,
    }

    private static IReadOnlyList<BuildRootWay> Ways(Way way) =>
        [way switch { Way.Root => BuildRootWay.Namespaces, Way.Chroot => BuildRootWay.Chroot, _ => BuildRootWay.UserNamespaces }];

    private static PrivateRoot Runner(Way way, TemporaryFolder folder)
    {
        Requires.That(Environment.IsPrivilegedProcess, "root, who can become an ordinary user");
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0x1ED);
        return new PrivateRoot(folder.Path, way == Way.OrdinaryUser ? new OrdinaryUser() : new CommandRunner(), Ways(way));
    }

    private static bool Running(string mark) => Directory.EnumerateDirectories("/proc").Any(folder =>
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0]) && File.ReadAllText($"{folder}/cmdline").Contains($"sleep\0{mark}\0", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    /// <summary>Runs everything as nobody.</summary>
    private sealed class OrdinaryUser : ICommandRunner
    {
        private readonly CommandRunner _commands = new();

        public string? Find(string program) => _commands.Find(program);

        public Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellation)
        {
            Requires.Tool("setpriv");
            return _commands.RunAsync(Find("setpriv")!, ["--reuid=65534", "--regid=65534", "--clear-groups", program, .. arguments], limit, cancellation);
        }
    }
}
