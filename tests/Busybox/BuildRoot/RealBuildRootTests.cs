using System.Diagnostics;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.Busybox.BuildRoot;

/// <summary>The real build root: resolved, unpacked, entered, compiled in.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.Integration)]
internal sealed class RealBuildRootTests
{
    private static readonly IReadOnlyDictionary<string, string> _nothing = new Dictionary<string, string>();

    [OneTimeSetUp]
    public Task NeedsTheMirror() => RealSuite.RequireAsync();

    [TestCase("amd64")]
    [TestCase("arm64")]
    public async Task EveryPlatformHasItsCompilersOnBothHosts(string host)
    {
        var whole = await RealRoot.LockedAsync(host);
        var root = whole with { Packages = [.. whole.For(KnownPlatforms.Default)] };
        var names = root.Packages.Select(tool => tool.Pin.Name).ToHashSet(StringComparer.Ordinal);
        await TestContext.Out.WriteLineAsync($"{host}: {names.Count} packages, {root.Packages.Sum(tool => tool.Pin.Size) >> 20} MiB, common {root.Packages.Count(tool => tool.Platforms.Count == 0)}");
        Assert.That(names, Has.Count.InRange(150, 220));
        foreach (var platform in KnownPlatforms.Default.Where(platform => platform.DebianArchitecture != host))
        {
            var compilers = root.Packages.Where(tool => tool.Platforms.Contains(platform)).Select(tool => tool.Pin.Name).ToList();
            Assert.That(compilers, Does.Contain($"libc6-dev-{platform.DebianArchitecture}-cross").And.Some.StartsWith("gcc-14-"));
            Assert.That(compilers, Has.Some.StartsWith("binutils-"));
        }

        foreach (var platform in KnownPlatforms.Default)
        {
            var cxx = whole.Packages.Where(tool => tool.CxxPlatforms.Contains(platform)).Select(tool => tool.Pin.Name);
            Assert.That(cxx, Has.Some.StartsWith("g++-14-").And.Some.StartsWith("libstdc++-14-dev"), platform.Name);
        }

        var own = KnownPlatforms.Default.Single(platform => platform.DebianArchitecture == host);
        Assert.That(root.Packages.SelectMany(tool => tool.Platforms), Does.Not.Contain(own));
        Assert.That(names, Is.SupersetOf(new[] { "gcc", "make", "gawk", "dash", "libc6-dev" }));
        Assert.That(root.Packages.Select(tool => tool.Pin.Architecture).Distinct(), Is.EquivalentTo(new[] { "all", host }));
    }

    [Test]
    public async Task ItCompilesForBothPlatformsWithNothingOfThisMachineInside([Values] Way way)
    {
        var entry = await EntryAsync(way);
        using var work = new TemporaryFolder();
        await File.WriteAllTextAsync(work.File("hello.c"), "#include <stdio.h>\nint main(void) { return puts(\"hello\") < 0; }\n");
        await File.WriteAllTextAsync(work.File("job.sh"), """
            set -eu
            pwd
            aarch64-linux-gnu-gcc -O2 -o hello.arm64 hello.c
            x86_64-linux-gnu-gcc -O2 -o hello.amd64 hello.c || gcc -O2 -o hello.amd64 hello.c
            gcc --version | head -n 1
            echo 'END { print NR " lines" }' >n.awk
            awk -f n.awk hello.c
            make --version | head -n 1
            [ "$LEFT_OUT" = given ]
            env | sort | sed 's/^/env /'
            ls /sys/class/net 2>/dev/null | sed 's/^/net /' || :
            [ ! -r /proc/net/dev ] || sed -n 's/^ *\([a-z0-9]*\):.*/net \1/p' /proc/net/dev
            ls / | sed 's/^/top /'
            if (: >/usr/bin/intruder) 2>/dev/null; then echo writable; rm /usr/bin/intruder; fi
            echo trouble >&2
            exit 3
            """);
        Grant(way, work.Path);
        Environment.SetEnvironmentVariable("A_SECRET_OF_THE_HOST", "s3cr3t");
        var lines = new List<string>();
        var code = await entry.RunAsync(
            new BuildRootCommand(work.Path, ["/bin/sh", "job.sh"], new Dictionary<string, string> { ["LEFT_OUT"] = "given" }), lines.Add, default);
        var text = string.Join('\n', lines);
        Assert.That(code, Is.EqualTo(3), text);
        Assert.That(lines, Has.Some.Match("gcc .*14").And.Some.EqualTo("2 lines").And.Some.StartsWith("GNU Make").And.Some.EqualTo("trouble"));
        Assert.That(text, Does.Not.Contain("s3cr3t").And.Not.Contain("DOTNET").And.Not.Contain(work.Path));
        Assert.That(
            lines.Where(line => line.StartsWith("top ", StringComparison.Ordinal)).Select(line => line[4..]),
            Is.SubsetOf("bin boot build builds dev etc home lib lib64 media mnt opt proc root run sbin srv sys tmp usr var".Split(' ')));
        Assert.That(work.Names, Is.SupersetOf(new[] { "hello.arm64", "hello.amd64" }));
        if (way != Way.Chroot)
        {
            Assert.That(lines[0], Is.EqualTo("/build"));
            Assert.That(lines, Has.None.EqualTo("writable"), "the root is read-only");
            Assert.That(lines.Where(line => line.StartsWith("net ", StringComparison.Ordinal)), Is.SubsetOf(new[] { "net lo" }), "no network is inside");
        }
    }

    [Test]
    public async Task CancellingKillsEverythingItStarted([Values] Way way)
    {
        var entry = await EntryAsync(way);
        using var work = new TemporaryFolder();
        Grant(way, work.Path);
        using var stop = new CancellationTokenSource();
        var mark = $"86{Random.Shared.Next(100000, 999999)}";
        var run = entry.RunAsync(
            new BuildRootCommand(work.Path, ["/bin/sh", "-c", $"sleep {mark} & sleep {mark} & echo started; wait"], _nothing),
            line => stop.CancelAfter(line == "started" ? 200 : 10000),
            stop.Token);
        await Assert.ThatAsync(() => run, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => Running(mark), Is.False.After(5000, 50));
        Assert.That(Directory.Exists(work.Path), "the work folder is where it was");
    }

    [Test]
    public async Task NothingIsLeftRunningWhenItsInputEnds([Values(Way.Root, Way.Chroot)] Way way)
    {
        await EntryAsync(way);
        var folder = await RealRoot.FilledAsync(RealRoot.Few);
        var mark = $"86{Random.Shared.Next(100000, 999999)}";
        List<string> words = ["setsid"];
        var (kind, work, inside) = ("chroot", folder.Root + "/build", "/build");
        if (way == Way.Root)
        {
            words.AddRange(["unshare", "--mount", "--pid", "--fork"]);
            kind = "namespaces";
        }

        words.AddRange(["sh", "-c", EnterScript.Text, "enter.sh", kind, folder.Root, work, inside, "PATH=/usr/bin", "/bin/sh", "-c", $"sleep {mark} & sleep {mark}"]);
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true })!;
        Assert.That(() => Running(mark), Is.True.After(5000, 50));
        process.StandardInput.Close();
        Assert.That(() => Running(mark), Is.False.After(5000, 50), "as after a kill -9 of this program");
    }

    [Test]
    public async Task SeveralRunAtOnceEachInItsOwnFolder([Values] Way way)
    {
        var entry = await EntryAsync(way);
        using var work = new TemporaryFolder();
        var codes = await Task.WhenAll(Enumerable.Range(1, 6).Select(async number =>
        {
            var own = Directory.CreateDirectory(work.File($"{number}")).FullName;
            Grant(way, own);
            return await entry.RunAsync(new BuildRootCommand(own, ["/bin/sh", "-c", $"echo {number} >mine; sleep 0.3; read n <mine; exit $n"], _nothing), _ => { }, default);
        }));
        Assert.That(codes, Is.EqualTo(new[] { 1, 2, 3, 4, 5, 6 }));
    }

    [Test]
    public async Task AFileThatWasChangedOrLostIsFoundAndUnpackedAgain()
    {
        using var cache = new TemporaryFolder();
        var folder = await RealRoot.FilledAsync([KnownPlatforms.Amd64], cache.Path);
        Assert.That(File.Exists(folder.Root + "/usr/bin/aarch64-linux-gnu-gcc-14"), Is.False, "only what is asked for is unpacked");
        var make = folder.Root + "/usr/bin/make";
        var size = new FileInfo(make).Length;
        await File.AppendAllTextAsync(make, "x");
        File.Delete(folder.Root + "/usr/bin/sed");
        var again = await RealRoot.FilledAsync([KnownPlatforms.Amd64], cache.Path);
        Assert.That(new FileInfo(make).Length, Is.EqualTo(size));
        Assert.That(File.Exists(again.Root + "/usr/bin/sed"));
        Assert.That(new FileInfo(folder.Root + "/usr/bin/awk").LinkTarget, Is.EqualTo("gawk"));
    }

    [Test]
    public async Task AllEightAreUnpacked()
    {
        using var cache = new TemporaryFolder();
        var folder = await RealRoot.FilledAsync(KnownPlatforms.Default, cache.Path);
        await RealRoot.FilledAsync(KnownPlatforms.Default, cache.Path);
        foreach (var platform in KnownPlatforms.Default)
        {
            Assert.That(new FileInfo($"{folder.Root}/usr/bin/{platform.CrossPrefix}gcc").LinkTarget, Is.Not.Null, platform.Name);
        }
    }

    /// <summary>Who enters, and how.</summary>
    public enum Way
    {
        Root,
        OrdinaryUser,
        Chroot,
    }

    private static async Task<BuildRootEntry> EntryAsync(Way way)
    {
        Requires.Tool("unshare");
        Requires.Tool("setpriv");
        Requires.That(Environment.IsPrivilegedProcess, "root, who can become an ordinary user");
        var folder = await RealRoot.FilledAsync(RealRoot.Few);
        return way switch
        {
            Way.Root => new BuildRootEntry(folder.Root, [BuildRootWay.Namespaces], []),
            Way.Chroot => new BuildRootEntry(folder.Root, [BuildRootWay.Chroot], []),
            _ => new BuildRootEntry(folder.Root, [BuildRootWay.UserNamespaces], ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]),
        };
    }

    private static void Grant(Way way, string folder)
    {
        if (way == Way.OrdinaryUser)
        {
            using var chown = Process.Start("chown", ["-R", "65534:65534", folder]);
            chown.WaitForExit();
            File.SetUnixFileMode(Path.GetDirectoryName(folder)!, File.GetUnixFileMode(Path.GetDirectoryName(folder)!) | UnixFileMode.OtherExecute);
        }
    }

    private static bool Running(string mark) => Directory.EnumerateDirectories("/proc").Any(folder =>
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0])
                && File.ReadAllText($"{folder}/cmdline") == $"sleep\0{mark}\0";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
