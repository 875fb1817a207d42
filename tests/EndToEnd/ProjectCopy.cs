using System.Diagnostics;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>A copy of the project's own inputs in a temporary folder, and runs of the built program on it.</summary>
internal sealed class ProjectCopy : IDisposable
{
    private static readonly string[] _inputs = ["lib-requires.txt", "cake.config", "image.lock.json", "busybox.config", "busybox-releases.json", "Dockerfile.builder", "Dockerfile.run", ".dockerignore", "build/Build.csproj"];

    // What makes a folder the project of an image; the program has all the rest.
    private static readonly string[] _own = ["lib-requires.txt", "cake.config", "image.lock.json"];

    public ProjectCopy(string? folder = null, string? cache = null, bool isBare = false)
    {
        IsBare = isBare;
        Folder = folder ?? Directory.CreateTempSubdirectory("project-").FullName;
        Cache = cache ?? RealSuite.Cache;
        Directory.CreateDirectory(Folder);
        var recipe = new[] { "build/Busybox", "build/Docker/Buildx/steps" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryFolder, folder), "*", SearchOption.AllDirectories))
            .Where(path => path.EndsWith(".sh", StringComparison.Ordinal) || path.EndsWith(".patch", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(Path.Combine(RepositoryFolder, "vex")))
            .Select(path => Path.GetRelativePath(RepositoryFolder, path));
        foreach (var name in isBare ? _own : _inputs.Concat(recipe))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
            File.Copy(Path.Combine(RepositoryFolder, name), PathOf(name), overwrite: true);
        }
    }

    /// <summary>The repository the tests were built from.</summary>
    public static string RepositoryFolder { get; } = FindRepository();

    public string Folder { get; }

    public string Cache { get; }

    public string Artifacts => PathOf("artifacts");

    public string Layout => Path.Combine(Artifacts, "oci");

    private bool IsGivenAway { get; set; }

    private bool IsBare { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Append(string name, string text) => File.AppendAllText(PathOf(name), text);

    public void Replace(string name, string old, string text)
    {
        var content = File.ReadAllText(PathOf(name));
        Assert.That(content, Does.Contain(old), $"{name} has nothing to replace");
        File.WriteAllText(PathOf(name), content.Replace(old, text, StringComparison.Ordinal));
    }

    /// <summary>Runs the program to its end.</summary>
    public ProgramRun Run(params string[] arguments) => Run(null, arguments);

    public ProgramRun Run(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        using var process = Start(environment, arguments);
        return ProgramRun.Of(process);
    }

    /// <summary>Starts the program; its output is read by <see cref="ProgramRun.Of"/>.</summary>
    public Process Start(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        string[] command = IsGivenAway
            ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "dotnet", PathOf("program/Build.dll")]
            : ["dotnet", Path.Combine(AppContext.BaseDirectory, "Build.dll")];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        if (!arguments.Any(argument => argument.StartsWith("--cache", StringComparison.Ordinal)))
        {
            start.ArgumentList.Add($"--cache={Cache}");
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["CI"] = "true";
        start.Environment["BUSYBOX_GLIBC_ROOT"] = IsBare ? RepositoryFolder : Folder;
        if (IsGivenAway)
        {
            start.Environment["HOME"] = Folder;
        }

        // Not auto: whether an engine answers on this machine must not decide what a test tests.
        start.Environment["CAKE_IMAGE_ENGINE"] = "embedded";
        start.Environment.Remove("SOURCE_DATE_EPOCH");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Lets every later run be an ordinary user's: the folder and a copy of the program become that user's.</summary>
    public void GiveAway()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        Requires.Tool("setpriv");
        Run("cp", "-r", AppContext.BaseDirectory, PathOf("program"));
        Run("chown", "-R", "65534:65534", Folder);
        IsGivenAway = true;

        static void Run(string program, params string[] arguments)
        {
            using var process = Process.Start(program, arguments);
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, program);
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

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

/// <summary>How a run of the program ended, and all it said.</summary>
internal sealed record ProgramRun(int ExitCode, string Output)
{
    // What hangs, not what is slow: a cold cache compiles BusyBox for all eight platforms, which takes two cores a quarter of an hour.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(40);

    /// <summary>The digest of the index the run's table ends with.</summary>
    public string IndexDigest => Output.Split('\n').Single(line => line.StartsWith("image  ", StringComparison.Ordinal)).Split("  ")[2];

    public static ProgramRun Of(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"the program hung: {output.Result}");
        }

        return new ProgramRun(process.ExitCode, output.Result + error.Result);
    }

    public ProgramRun Succeeded()
    {
        Assert.That(ExitCode, Is.Zero, Output);
        return this;
    }

    /// <summary>Asserts that the run failed with one clear error that says all of the texts, and without a stack trace.</summary>
    public void FailedSaying(params string[] texts)
    {
        Assert.That(ExitCode, Is.EqualTo(1), Output);
        foreach (var text in texts)
        {
            Assert.That(Output, Does.Contain(text));
        }

        Assert.That(Output, Does.Not.Contain("   at "), "a stack trace is nothing people can act on");
    }
}
