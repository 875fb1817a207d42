using System.Diagnostics;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>The program as a process of its own.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ProgramTests
{
    [Test]
    public void ItKnowsItsOwnVersionAndItsEngines()
    {
        var (code, output, error) = Run("--version");
        Assert.That((code, error), Is.EqualTo((0, string.Empty)));
        Assert.That(output, Does.Match(@"\Abusybox-glibc \S+( \(.+\))?\nCake 7\.0\.0\n\z"));
    }

    [Test]
    public void ItExplainsItselfWithoutTheHost()
    {
        var (code, output, error) = Run("--help", "Tag");
        Assert.That((code, error), Is.EqualTo((0, string.Empty)));
        Assert.That(output, Does.StartWith("Usage: ./build.sh --target=Tag"));
    }

    [TestCase("--taget=Publish", "did you mean --target or --tag?")]
    [TestCase("Publsh", "did you mean Publish?")]
    public void ASlipEndsItBeforeAnythingRuns(string slip, string advice)
    {
        foreach (string[] line in (string[][])[[slip], ["--dryrun", slip], ["--version", slip]])
        {
            var (code, output, error) = Run(line);
            Assert.That(code, Is.EqualTo(1));
            Assert.That(output, Is.Empty);
            Assert.That(error, Does.StartWith("Error: ").And.Contain(advice).And.Not.Contain("\e").And.Not.Contain("   at "));
        }
    }

    [Test]
    public void AnUnknownTargetEndsItWithAnError()
    {
        var (code, _, error) = Run("--target=NoSuchTarget");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.StartWith("Error: there is no task NoSuchTarget"));
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Build.dll"), .. args])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
