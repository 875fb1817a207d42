using System.Diagnostics;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>The program as a .NET tool: packed, installed from a folder into an empty home, and run on a project elsewhere.</summary>
[Category(Categories.Integration)]
internal sealed class ToolPackageTests
{
    private const string Version = "1.2.3-test";
    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public void Pack()
    {
        _folder = new TemporaryFolder();

        // What these tests were compiled with; another configuration would have to be compiled.
        Requires.That(File.Exists(Path.Combine(ProjectCopy.RepositoryFolder, "build", "bin", "Release", "net10.0", "Build.dll")), "the program compiled as Release: dotnet build tests/Tests.csproj -c Release");
        var run = Path.Combine(ProjectCopy.RepositoryFolder, "build", "bin", "run", "Build.dll");
        var before = File.Exists(run) ? File.GetLastWriteTimeUtc(run) : default;
        Dotnet("pack", Path.Combine(ProjectCopy.RepositoryFolder, "build", "Build.csproj"), "--configuration", "Release", "--no-build", $"-p:Version={Version}", "--output", _folder.File("feed"), "-v", "quiet").Succeeded();
        Assert.That(File.Exists(run) ? File.GetLastWriteTimeUtc(run) : default, Is.EqualTo(before), "what build.sh runs stays");
        Dotnet("tool", "install", "busybox-glibc", "--version", Version, "--source", _folder.File("feed"), "--tool-path", _folder.File("tools")).Succeeded();
    }

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    /// <summary>The same image as from the repository, by the files in the package: the table of releases, recipe, patches and configuration of BusyBox too, since what they give is in the cache by their content.</summary>
    [Test]
    public async Task ItMakesTheSameImageAsTheRepository()
    {
        await RealSuite.RequireAsync();
        string[] arguments = ["--engine=embedded", "--platforms=linux/amd64", "--locked"];
        using var bare = new ProjectCopy(isBare: true);
        var expected = bare.Run(arguments).Succeeded().IndexDigest;
        using var elsewhere = new ProjectCopy(isBare: true);
        var run = Tool(elsewhere.Folder, [$"--cache={elsewhere.Cache}", "--offline", .. arguments]).Succeeded();
        Assert.That(run.IndexDigest, Is.EqualTo(expected));
        Assert.That(run.Output, Does.Contain("next   busybox-glibc --target="));
        Assert.That(Path.Exists(elsewhere.PathOf("artifacts/logs")), Is.False, "nothing was compiled");
    }

    [Test]
    public void ItSaysItsVersionAndWhatItCannotDo()
    {
        Assert.That(Tool(_folder.Path, "--version").Succeeded().Output, Does.StartWith($"busybox-glibc {Version}\n"));
        Tool(_folder.Path, "--target=Restore").FailedSaying("is not the folder of an image", "busybox-glibc --target=New");
        Tool(_folder.Path, "--target=New", "--project=made").Succeeded();
        Tool(_folder.File("made"), "--target=Lint").FailedSaying("an installed program has no sources", "sh build.sh --target=Lint in a clone");
    }

    /// <summary>Without installing it: what dnx is short for.</summary>
    [Test]
    public void ItRunsWithoutBeingInstalled() =>
        Assert.That(Dotnet("tool", "exec", $"busybox-glibc@{Version}", "--source", _folder.File("feed"), "--yes", "--", "--version").Succeeded().Output, Does.Contain($"busybox-glibc {Version}\n"));

    private ProgramRun Tool(string folder, params string[] arguments) => Run(_folder.File("tools/busybox-glibc"), folder, arguments);

    private ProgramRun Dotnet(params string[] arguments) => Run("dotnet", _folder.Path, arguments);

    private ProgramRun Run(string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["DOTNET_CLI_HOME"] = _folder.File("home");
        if (arguments[0] == "tool")
        {
            start.Environment["NUGET_PACKAGES"] = _folder.File("home/packages");
        }

        start.Environment["CI"] = "true";
        start.Environment.Remove("BUSYBOX_GLIBC_ROOT");
        start.Environment.Remove("SOURCE_DATE_EPOCH");
        using var process = Process.Start(start)!;
        return ProgramRun.Of(process);
    }
}
