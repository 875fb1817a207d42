using System.Diagnostics;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Tests.Faults;

/// <summary>The project's own inputs in a temporary folder, to be broken, and the built program as a process run on them.</summary>
internal sealed class FaultProject : IDisposable
{
    private static readonly string[] _inputs = ["lib-requires.txt", "cake.config", "image.lock.json", "busybox.config", "busybox-releases.json", "build/Build.csproj"];
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(3);

    public FaultProject()
    {
        Folder = Directory.CreateTempSubdirectory("faults-").FullName;
        foreach (var name in _inputs)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
            File.Copy(Path.Combine(Repository, name), PathOf(name));
        }

        // Debian's BusyBox, for what breaks here has nothing to do with compiling one.
        if (FaultSetUp.Lock is { } text)
        {
            File.WriteAllText(PathOf("image.lock.json"), text);
        }

        Cache = FaultSetUp.Cache;
    }

    /// <summary>The repository the tests were built from.</summary>
    public static string Repository { get; } = FindRepository();

    public string Folder { get; }

    /// <summary>The cache of every run: the shared one until <see cref="UseCacheOfItsOwn"/>.</summary>
    public string Cache { get; set; }

    /// <summary>Variables of every run beside those of this process.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public string Artifacts => PathOf("artifacts");

    public string Layout => PathOf("artifacts/oci");

    public string LockText => File.ReadAllText(PathOf("image.lock.json"));

    public string Requirements
    {
        get => File.ReadAllText(PathOf("lib-requires.txt"));
        set => File.WriteAllText(PathOf("lib-requires.txt"), value);
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Adds a line to lib-requires.txt and tells where: <c>lib-requires.txt:LINE</c>.</summary>
    public string Require(string line)
    {
        Requirements += line + "\n";
        return $"lib-requires.txt:{Requirements.TrimEnd('\n').Split('\n').Length}";
    }

    public void EditLock(string old, string text)
    {
        var content = LockText;
        var at = content.IndexOf(old, StringComparison.Ordinal);
        Assert.That(at, Is.GreaterThanOrEqualTo(0), $"the lock has no {old}");
        File.WriteAllText(PathOf("image.lock.json"), $"{content[..at]}{text}{content[(at + old.Length)..]}");
    }

    /// <summary>Every package that the lock pins for linux/amd64.</summary>
    public IReadOnlyList<LockedPackage> Packages() =>
        LockFile.Parse(LockText, "image.lock.json").Platforms.Single(platform => platform.Platform.Name == "linux/amd64").Packages;

    /// <summary>A cache that may be damaged, with the packages of linux/amd64 in it as files of its own.</summary>
    public void UseCacheOfItsOwn(bool filled = true)
    {
        Cache = PathOf("cache");
        foreach (var package in filled ? Packages() : [])
        {
            var (from, to) = (FileOf(package, FaultSetUp.Cache), FileOf(package, Cache));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to);
        }
    }

    public static string FileOf(LockedPackage package, string cache) =>
        Path.Combine(cache, "sha256", package.Pin.Sha256[..2], package.Pin.Sha256);

    /// <summary>Runs the program to its end, on linux/amd64 where the arguments name no platform.</summary>
    public FaultRun Run(params string[] arguments)
    {
        using var process = Start(arguments);
        return End(process);
    }

    public Process Start(params string[] arguments)
    {
        IEnumerable<string> all = [Path.Combine(AppContext.BaseDirectory, "Build.dll"), .. Defaults(arguments), .. arguments];
        var start = new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("CAKE_", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        // Also where a Docker engine answers, which has faults of its own.
        start.Environment["CAKE_IMAGE_ENGINE"] = "embedded";
        start.Environment["CI"] = "true";
        start.Environment["BUSYBOX_GLIBC_ROOT"] = Folder;
        start.Environment.Remove("SOURCE_DATE_EPOCH");
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Waits for the program and takes all it said.</summary>
    public static FaultRun End(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"the program hung: {output.Result}{error.Result}");
        }

        return new FaultRun(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Asserts that no half of a file and no half of a layout is left in the project, its artifacts and its lock.</summary>
    public void IsClean()
    {
        var leftovers = Directory.EnumerateFileSystemEntries(Folder, "*.partial*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFileSystemEntries(Folder, "*.old-*", SearchOption.AllDirectories))
            .Where(path => !path.StartsWith(PathOf("cache"), StringComparison.Ordinal));
        Assert.That(leftovers, Is.Empty);
        if (Directory.Exists(Layout))
        {
            Assert.That(BusyboxGlibc.Verify.LayoutVerifier.Verify(Layout, (_, _) => { }), Is.Empty);
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private IEnumerable<string> Defaults(string[] arguments) =>
        new[] { "--platforms=linux/amd64", "--busybox=debian", $"--cache={Cache}" }
            .Where(standard => !arguments.Any(argument => argument.StartsWith(standard.Split('=')[0], StringComparison.Ordinal)));

    private static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "lib-requires.txt")) || !File.Exists(Path.Combine(folder, "build.sh")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests are not in the repository");
        }

        return folder;
    }
}

/// <summary>How a run ended, and all it said.</summary>
internal sealed record FaultRun(int ExitCode, string Output, string Error)
{
    public string All => Output + Error;

    /// <summary>The digest of the index that the table of platforms ends with.</summary>
    public string IndexDigest => Output.Split('\n').Single(line => line.StartsWith("image  ", StringComparison.Ordinal)).Split("  ")[2];

    public FaultRun Succeeded()
    {
        Assert.That(ExitCode, Is.Zero, All);
        return this;
    }

    /// <summary>Asserts one error that says all of the texts, exit code 1 and no stack trace.</summary>
    public FaultRun FailedSaying(params string[] texts)
    {
        Assert.That(ExitCode, Is.EqualTo(1), All);
        foreach (var text in texts)
        {
            Assert.That(All, Does.Contain(text));
        }

        Assert.That(All, Does.Not.Contain("   at ").And.Not.Contain("unexpected "), "what is shown is for people");
        Assert.That(All.Split('\n').Count(line => line.StartsWith("Error: ", StringComparison.Ordinal)), Is.EqualTo(1), All);
        return this;
    }
}
