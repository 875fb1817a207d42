using System.Diagnostics;
using System.Runtime.Versioning;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Faults;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>
/// The entry scripts in a copy of their surroundings, with a <c>dotnet</c> that writes down how it was called: what is
/// compiled when, without compiling anything.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Platform(Exclude = "Win", Reason = "runs /bin/sh")]
[UnsupportedOSPlatform("windows")]
[Category(Categories.Integration)]
internal sealed class EntryScriptTests : IDisposable
{
    private const string FakeDotnet = """
        #!/bin/sh
        if [ "$1" = publish ]; then
            sleep 0.1
            case "$*" in
            *PublishReadyToRun=false) echo "build without" >>"$CALLS" ;;
            *)
                echo "build" >>"$CALLS"
                if [ -e "$CALLS.foreign" ]; then echo "error NU1101: Unable to find package Microsoft.NETCore.App.Crossgen2.plan9-mips."; exit 1; fi
                ;;
            esac
            if [ -e "$CALLS.broken" ]; then echo "Program.cs(1,1): error CS0000: broken"; exit 1; fi
            mkdir -p "$(dirname "$2")/bin/run" && : >"$(dirname "$2")/bin/run/Build.dll"
        else
            shift
            echo "run in $BUSYBOX_GLIBC_ROOT:$(printf ' <%s>' "$@")" >>"$CALLS"
            exit 3
        fi
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("entry script ").FullName;

    public EntryScriptTests()
    {
        var project = ProjectFolders.FindTool();
        Directory.CreateDirectory(Path.Combine(Root, "build", "Formats", "Elf"));
        foreach (var script in (string[])["build.sh", "buildx.sh"])
        {
            File.Copy(Path.Combine(project, script), Path.Combine(Root, script));
        }

        File.WriteAllText(Path.Combine(Root, "global.json"), "{}");
        File.WriteAllText(Path.Combine(Root, "build", "Build.csproj"), "<Project/>");
        File.WriteAllText(Path.Combine(Root, "build", "Formats", "Elf", "ElfFile.cs"), "// source");
        Executable(Path.Combine(Bin, "dotnet"), FakeDotnet);
    }

    private string Root => Path.Combine(_folder, "project");

    private string Bin => Path.Combine(_folder, "bin");

    private string Calls => Path.Combine(_folder, "calls");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void TheScriptsHaveNoFindingsOfShellcheck()
    {
        Requires.Tool("shellcheck");
        var project = ProjectFolders.FindTool();
        string[] scripts = ["build.sh", "buildx.sh", "build/Busybox/compile.sh", "build/Busybox/BuildRoot/devices.sh", "build/Busybox/BuildRoot/enter.sh", "build/Smoke/private-root.sh", "build/Docker/Buildx/steps/busybox.sh", "build/Docker/Buildx/steps/platform.sh", "build/Docker/Buildx/steps/rootfs.sh", "build/Docker/Buildx/steps/tools.sh", "bench/buildx.sh", "bench/compile.sh", "bench/field.sh", "bench/measuring.sh", "bench/options.sh", "bench/run.sh", "tests/counts.sh", "tests/engine/archive.sh", "tests/engine/engine.sh", "tests/engine/registries.sh", ".ci/run"];
        var (code, text) = Run("shellcheck", ["--external-sources", $"--source-path={project}", .. scripts.Select(script => Path.Combine(project, script))]);
        Assert.That(code, Is.Zero, text);
    }

    [Test]
    public void ItCompilesOnceAndPassesArgumentsAndExitCode()
    {
        Assert.That(Build("--target=Verify", "two words", "").Code, Is.EqualTo(3));
        Assert.That(Build("a$b").Code, Is.EqualTo(3));
        Assert.That(Told(), Is.EqualTo([
            "build", $"run in {Root}: <--target=Verify> <two words> <>", $"run in {Root}: <a$b>"]));
    }

    [TestCase("build/Formats/Elf/ElfFile.cs")]
    [TestCase("build/Build.csproj")]
    [TestCase("build/Formats/Elf/key.asc")]
    [TestCase("build/Program.cs")]
    [TestCase("build/Busybox/BuildRoot/enter.sh")]
    [TestCase("build/Smoke/private-root.sh")]
    [TestCase("build/Smoke/program.c")]
    [TestCase("build/Smoke/program.cpp")]
    [TestCase("build/data with blanks.json")]
    [TestCase("build/packages.lock.json")]
    [TestCase("build/.editorconfig")]
    [TestCase("global.json")]
    [TestCase("NuGet.Config")]
    [TestCase("Directory.Build.targets")]
    [TestCase("Directory.Packages.props")]
    public void AChangedOrNewSourceIsCompiled(string source)
    {
        Build();
        Write(source, "// new");
        Build();
        Assert.That(Builds(), Is.EqualTo(2), "new");
        Write(source, "// changed");
        Build();
        Assert.That(Builds(), Is.EqualTo(3), "changed in place");
        Build();
        Assert.That(Builds(), Is.EqualTo(3));
    }

    /// <summary>Every file that the project file puts into the program, whatever its name ends in.</summary>
    [Test]
    public void WhatTheProjectFileEmbedsIsASource()
    {
        var project = ProjectFolders.FindTool();
        var embedded = System.Xml.Linq.XDocument.Load(Path.Combine(project, "build", "Build.csproj")).Descendants("EmbeddedResource").Select(item => (string)item.Attribute("Include")!).ToList();
        Assert.That(embedded, Has.Count.GreaterThan(3));
        foreach (var (file, number) in embedded.Select((name, index) => ("build/" + name.Replace("*", "one", StringComparison.Ordinal), index)))
        {
            Write(file, "one");
            Build();
            Write(file, "two");
            Build();
            Assert.That(Builds(), Is.EqualTo(2 * (number + 1)), file);
        }
    }

    /// <summary>As <c>cp -p</c>, <c>tar</c> and <c>rsync</c> put files back: older than what was compiled since.</summary>
    [TestCase("build/Formats/Elf/ElfFile.cs")]
    [TestCase("build/Busybox/BuildRoot/enter.sh")]
    [TestCase("global.json")]
    public void ASourceThatIsPutBackWithItsOldTimeIsCompiled(string source)
    {
        Write(source, "// now");
        Build();
        Write(source, "// then");
        File.SetLastWriteTimeUtc(Path.Combine(Root, source), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        Build();
        Assert.That(Builds(), Is.EqualTo(2));
    }

    [Test]
    public void ASourceThatIsOnlyTouchedCompilesNothing()
    {
        Build();
        File.SetLastWriteTimeUtc(Path.Combine(Root, "build", "Formats", "Elf", "ElfFile.cs"), DateTime.UtcNow.AddDays(1));
        Build();
        Assert.That(Builds(), Is.EqualTo(1));
    }

    [Test]
    public void ASourceThatIsRenamedIsCompiled()
    {
        Build();
        File.Move(Path.Combine(Root, "build", "Formats", "Elf", "ElfFile.cs"), Path.Combine(Root, "build", "Formats", "Elf", "Other.cs"));
        Build();
        Assert.That(Builds(), Is.EqualTo(2));
    }

    /// <summary>The SDK keeps things in a home, which a random user of a container has none of.</summary>
    [TestCase(null)]
    [TestCase("/nowhere/at/all")]
    [TestCase("/dev/null")]
    public void SomebodyWithoutAHomeHasOneBesideTheProgram(string? home)
    {
        Executable(Path.Combine(Bin, "dotnet"), FakeDotnet.Replace("sleep 0.1", "echo \"home $DOTNET_CLI_HOME $NUGET_PACKAGES\" >>\"$CALLS.home\"", StringComparison.Ordinal));
        Assert.That(Run("/usr/bin/env", ["-u", "DOTNET_CLI_HOME", "-u", "NUGET_PACKAGES", .. home is null ? ["-u", "HOME"] : (string[])[$"HOME={home}"], "/bin/sh", Path.Combine(Root, "build.sh")]).Code, Is.EqualTo(3));
        Assert.That(File.ReadAllText(Calls + ".home").Trim(), Is.EqualTo($"home {Root}/build/obj/home {Root}/build/obj/home/packages"));
    }

    [Test]
    public void AProjectThatCannotBeWrittenToIsOneClearMessage()
    {
        File.WriteAllText(Path.Combine(Root, "build", "obj"), "a file");
        var (code, text) = Build();
        Assert.That((code, text.Trim().Split('\n').Length), Is.EqualTo((1, 1)));
        Assert.That(text, Does.StartWith($"Error: the build program cannot be compiled: {Root}/build is not writable"));
    }

    /// <summary>dotnet fails with a message that says so, with any other, or cannot even write its log.</summary>
    [TestCase("echo 'Build.csproj : error : No space left on device'; exit 1", "100m")]
    [TestCase("head -c 9000000 /dev/zero; exit 1", "2m")]
    [TestCase("head -c 9000000 /dev/zero >build/obj/large; exit 1", "2m")]
    public void AFullDiskIsOneClearMessageAndTheNextRunCompiles(string dotnet, string size)
    {
        using var disk = new SmallDisk(Path.Combine(Root, "build", "obj"), $"size={size}");
        Executable(Path.Combine(Bin, "dotnet"), $"#!/bin/sh\ncd '{Root}'\n{dotnet}");
        var (code, text) = Build();
        Assert.That(code, Is.EqualTo(1), text);
        Assert.That(text.Trim().Split('\n')[1..], Is.EqualTo([$"Error: the build program cannot be compiled: no space left on the disk of {Root}/build: free about 100 MB (the SDK also needs some in /tmp and for NuGet), then run the command again"]));
        disk.Grow();
        Executable(Path.Combine(Bin, "dotnet"), FakeDotnet);
        Assert.That(Build().Code, Is.EqualTo(3));
    }

    [TestCase("build/Formats/Elf/ElfFile.cs")]
    [TestCase("build/Program.cs")]
    public void ADeletedSourceIsNoticed(string source)
    {
        File.WriteAllText(Path.Combine(Root, source), "// source");
        Build();
        File.Delete(Path.Combine(Root, source));
        Build();
        Assert.That(Builds(), Is.EqualTo(2));
    }

    [TestCase("README.md")]
    [TestCase("lib-requires.txt")]
    [TestCase("build/bin/x.cs")]
    [TestCase("build/obj/x.cs")]
    [TestCase("build/.ElfFile.cs.swp")]
    [TestCase("build/Formats/Elf/ElfFile.cs~")]
    [TestCase("build/Formats/Elf/#ElfFile.cs#")]
    [TestCase("Dockerfile.run")]
    public void WhatIsNoSourceCompilesNothing(string file)
    {
        Build();
        Write(file, "// changed");
        Build();
        Assert.That(Builds(), Is.EqualTo(1));
    }

    [Test]
    public void AFailedCompilationIsShownAndTriedAgain()
    {
        File.WriteAllText(Calls + ".broken", string.Empty);
        var (code, text) = Build();
        Assert.That(code, Is.EqualTo(1));
        Assert.That(text, Does.Contain("error CS0000").And.Contain("does not compile"));
        File.Delete(Calls + ".broken");
        Assert.That(Build().Code, Is.EqualTo(3));
        Assert.That(Builds(), Is.EqualTo(2));
    }

    [Test]
    public void AMachineThatNothingCompilesAheadForHasTheProgramAllTheSame()
    {
        File.WriteAllText(Calls + ".foreign", string.Empty);
        Assert.That(Build("x").Code, Is.EqualTo(3));
        Assert.That(Told(), Is.EqualTo(["build", "build without", $"run in {Root}: <x>"]));
    }

    [Test]
    public void LinksLeadToTheProjectFromAnyFolder()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "elsewhere"));
        File.CreateSymbolicLink(Path.Combine(_folder, "elsewhere", "one"), "../project/build.sh");
        File.CreateSymbolicLink(Path.Combine(_folder, "two"), Path.Combine(_folder, "elsewhere", "one"));
        Assert.That(Run("/bin/sh", ["../two", "x"], "elsewhere").Code, Is.EqualTo(3));
        Assert.That(Told()[^1], Is.EqualTo($"run in {Root}: <x>"));
    }

    [Test]
    public void TheFormerEntryPublishes()
    {
        Assert.That(Run("/bin/sh", [Path.Combine(Root, "buildx.sh"), "--platforms=linux/386"]).Code, Is.EqualTo(3));
        Assert.That(Told()[^1], Is.EqualTo($"run in {Root}: <--target=Publish> <--platforms=linux/386>"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void RunsAtOnceCompileOnce(bool flock)
    {
        WithoutFlock(!flock);
        Parallel.For(0, 4, _ => Assert.That(Build().Code, Is.EqualTo(3)));
        Assert.That(Builds(), Is.EqualTo(1));
        Assert.That(Directory.Exists(Path.Combine(Root, "build", "obj", "build.lock")), Is.False);
    }

    [Test]
    public void TheLockOfADeadProcessIsTakenOver()
    {
        WithoutFlock(true);
        var obsolete = Path.Combine(Root, "build", "obj", "build.lock");
        Directory.CreateDirectory(obsolete);
        using var dead = Process.Start("/bin/true");
        dead.WaitForExit();
        File.WriteAllText(Path.Combine(obsolete, "pid"), $"{dead.Id}\n");
        Assert.That(Build().Code, Is.EqualTo(3));
        Assert.That(Builds(), Is.EqualTo(1));
    }

    [Test]
    public void WithoutDotnetThereIsOneClearMessage()
    {
        File.Delete(Path.Combine(Bin, "dotnet"));
        foreach (var tool in (string[])["dirname", "readlink"])
        {
            File.CreateSymbolicLink(Path.Combine(Bin, tool), Requires.Find(tool)!);
        }

        var (code, text) = Run("/bin/sh", [Path.Combine(Root, "build.sh")], path: Bin);
        Assert.That(code, Is.EqualTo(127));
        Assert.That(text.Trim().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(text, Does.StartWith("Error: dotnet is not on PATH"));
    }

    [Test]
    public void ItSaysThatItCompilesAndNothingWhereItNeedNot()
    {
        Assert.That(Build().Text.Trim(), Is.EqualTo("Compiling the build program, once: about half a minute"));
        Assert.That(Build().Text, Is.Empty);
    }

    [Test]
    public void OnATerminalTheLineMovesAndIsGoneAtTheEnd()
    {
        Requires.Tool("script");
        Executable(Path.Combine(Bin, "dotnet"), FakeDotnet.Replace("sleep 0.1", "sleep 2.3", StringComparison.Ordinal));
        var (_, text) = Run("/usr/bin/env", ["TERM=xterm", "script", "-qec", $"/bin/sh '{Root}/build.sh'", "/dev/null"]);
        Assert.That(text, Does.Contain("half a minute, 0 s\r").And.Contain("half a minute, 2 s").And.EndWith("\r\e[K"));
        Write("build/Program.cs", "// changed");
        (_, text) = Run("/usr/bin/env", ["TERM=dumb", "script", "-qec", $"/bin/sh '{Root}/build.sh'", "/dev/null"]);
        Assert.That(text, Does.Not.Contain("\e").And.Not.Contain("0 s").And.Contain("Compiling"));
    }

    [TestCase("The command could not be loaded, possibly because:\n  * No .NET SDKs were found.", "only the .NET runtime is installed")]
    [TestCase("A compatible .NET SDK was not found.\n\nRequested SDK version: 10.0.100", "no installed .NET SDK has the version that global.json requires (8.0.404 9.0.101)")]
    [TestCase("error NETSDK1045: The current .NET SDK does not support targeting .NET 10.0.", "no installed .NET SDK has the version that global.json requires (8.0.404 9.0.101)")]
    public void ADotnetThatCannotCompileItIsOneLineWithTheCommandThatHelps(string told, string problem)
    {
        Executable(Path.Combine(Bin, "dotnet"), $"#!/bin/sh\nif [ \"$1\" = --list-sdks ]; then printf '8.0.404 [/a]\\n9.0.101 [/a]\\n'; exit; fi\necho '{told}'\nexit 145");
        var (code, text) = Build();
        Assert.That(code, Is.EqualTo(127));
        Assert.That(text.Trim().Split('\n')[^1], Does.StartWith($"Error: {problem}: install the .NET SDK 10 (").And.EndWith("then run the command again"));
    }

    private static void Executable(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Root, file))!);
        File.WriteAllText(Path.Combine(Root, file), text);
    }

    private void WithoutFlock(bool without)
    {
        if (without)
        {
            Executable(Path.Combine(Bin, "flock"), "#!/bin/sh\nexit 1");
        }
    }

    private string[] Told() => File.Exists(Calls) ? File.ReadAllLines(Calls) : [];

    private int Builds() => Told().Count(line => line == "build");

    private (int Code, string Text) Build(params string[] args) => Run("/bin/sh", [Path.Combine(Root, "build.sh"), .. args]);

    private (int Code, string Text) Run(string program, string[] args, string folder = "", string? path = null)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = Path.Combine(_folder, folder),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = path ?? $"{Bin}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["CALLS"] = Calls;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd() + error.Result;
        process.WaitForExit();
        return (process.ExitCode, text);
    }
}
