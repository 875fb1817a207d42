using System.Diagnostics;
using System.Text;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>The program as a process of its own.</summary>
[Category(Categories.Integration)]
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

    [TestCase("nothing to check is given", "--json")]
    [TestCase("1 of 1 files cannot be checked", "--binary=/nowhere")]
    public void WhatCheckBinaryCannotAnswerEndsItWithTwo(string said, string argument)
    {
        var (code, output, error) = Run("--target=CheckBinary", argument);
        Assert.That(code, Is.EqualTo(2), error);
        Assert.That(error, Does.Contain(said));
        Assert.That(output, argument == "--json" ? Is.Empty : Does.Contain("does not exist: /nowhere"));
    }

    [TestCase("[Image]\nFeatures=\n", "Features has no value", "cake.config:2")]
    [TestCase("[Image]\nFeatures\n", "the line has no =", "cake.config:2")]
    [TestCase("[NuGet]\n\nSource=a=b\n", "the value of Source has a second =", "cake.config:3")]
    public void WhatTheHostCannotReadOfItsConfigurationHasALine(string config, string what, string where)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "cake.config"), config);
        Directory.CreateDirectory(Path.Combine(folder.Path, "build"));
        File.WriteAllText(Path.Combine(folder.Path, "build", "Build.csproj"), string.Empty);
        foreach (var argument in (string[])["--dryrun", "--tree", "--target=Restore"])
        {
            var (code, output, error) = RunIn(folder.Path, argument);
            Assert.That((code, output), Is.EqualTo((1, string.Empty)));
            Assert.That(error, Does.StartWith($"Error: {what}").And.Contain(where));
        }

        // What only the build itself refuses does not keep anybody from looking.
        File.WriteAllText(Path.Combine(folder.Path, "cake.config"), "[Image]\nFeaturs=none\n");
        Assert.That(RunIn(folder.Path, "--tree").Code, Is.Zero);
    }

    /// <summary>For a script, 1 is the answer no.</summary>
    [TestCase("--target=FindLibrary", "--nane=libz", 2)]
    [TestCase("--target=checkbinary", "--binray=x", 2)]
    [TestCase("why", "--fiel=x", 2)]
    [TestCase("--target=CompareAbi", "--form=x", 2)]
    [TestCase("--target=Diff", "--fro=x", 2)]
    [TestCase("--target=Summary", "--nane=libz", 1)]
    public void AMisspeltOptionIsNoAnswer(string target, string option, int code) => Assert.That(Run(target, option).Code, Is.EqualTo(code));

    /// <summary>What reads the output may end first, as head does.</summary>
    [TestCase("--help", 0)]
    [TestCase("--target=NoSuchTarget", 1)]
    [Platform(Exclude = "Win", Reason = "runs /bin/sh")]
    public void AClosedPipeChangesNoExitCode(string argument, int code)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("code");
        using var process = Process.Start("sh", ["-c", $"{{ dotnet '{Path.Combine(AppContext.BaseDirectory, "Build.dll")}' {argument} 2>&1; echo $? >'{file}'; }} | true"]);
        process.WaitForExit();
        Assert.That(File.ReadAllText(file).Trim(), Is.EqualTo($"{code}"));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "its consoles have code pages instead of LANG")]
    public void AConsoleInGbkGetsGbk()
    {
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding("GBK")!;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Build.dll"), "--target=构建"]) { RedirectStandardError = true, StandardErrorEncoding = gbk };
        start.Environment["LANG"] = "zh_CN.GBK";
        start.Environment.Remove("LC_ALL");
        using var process = Process.Start(start)!;
        Assert.That(process.StandardError.ReadToEnd(), Does.StartWith("Error: there is no task 构建\n"));
    }

    private static (int Code, string Output, string Error) Run(params string[] args) => RunIn(null, args);

    private static (int Code, string Output, string Error) RunIn(string? root, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Build.dll"), .. args])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (root is not null)
        {
            start.Environment["BUSYBOX_GLIBC_ROOT"] = root;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
