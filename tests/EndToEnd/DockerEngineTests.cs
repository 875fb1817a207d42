using System.Globalization;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Registry;
using BusyboxGlibc.Tests.Smoke;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>The real image in a real Docker engine: loaded, run, published and pulled back, and built upon.</summary>
[Category(Categories.EndToEnd)]
internal sealed class DockerEngineTests
{
    private const string Tag = "glibc";

    // By its own name, for what is selected on this machine may be another engine's.
    private const string OwnBuilder = "default";

    private static readonly string _loaded = $"{RealEngine.Namespace}/busybox";

    private static readonly IReadOnlyList<string> _names = [.. KnownPlatforms.Default.Select(platform => platform.Name)];

    private ProjectCopy _project = null!;
    private string _digest = null!;

    /// <summary>Builds the image under names of this run's own: what the engine's owner calls busybox stays what it is.</summary>
    [OneTimeSetUp]
    public async Task BuildUnderOwnNames()
    {
        RealEngine.Require();
        _digest = await RealImage.IndexDigestAsync();
        _project = new ProjectCopy();
        Assert.That(Build().IndexDigest, Is.EqualTo(_digest), "no name changes the image");
    }

    [OneTimeTearDown]
    public void RemoveAllOfIt()
    {
        if (_project is not null)
        {
            RealEngine.RemoveImages();
            _project.Dispose();
        }
    }

    [TestCaseSource(nameof(_names))]
    public async Task TheSmokeTestPassesInAContainerWhichIsGoneAfterwards(string name)
    {
        var image = await SmokeSamples.RealAsync(KnownPlatforms.Find(name)!);
        var commands = new RecordedCommands(new CommandRunner());
        var smoke = await SmokeSamples.TestAsync(image, runner: new ContainerRunner(commands));
        var said = string.Join('\n', SmokeTable.Lines([smoke]));
        Assert.That(smoke.How, Is.EqualTo("container, docker"), said);
        Assert.That(smoke.Results, Has.Count.EqualTo(SmokeChecks.All.Count(check => check.Source is null)), "all but the compiled programs");
        Assert.That(smoke.Results.Select(result => result.State), Is.All.EqualTo(SmokeState.Passed), said);
        Assert.That(commands.ContainerName, Does.Contain(image.Platform.FileName));
        Assert.That(RealEngine.Containers(), Does.Not.Contain(commands.ContainerName));
        Assert.That(RealEngine.Images(commands.ContainerName), Is.Empty);
    }

    [Test]
    public void TheTargetSmokeTestTakesTheEngineAndRunsTheCompiledProgramToo()
    {
        var run = Build("--target=SmokeTest", "--require-platforms=all");
        foreach (var name in _names)
        {
            var row = run.Output.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split("  ", StringSplitOptions.RemoveEmptyEntries);
            var cells = row.Select(cell => cell.Trim()).ToList();
            Assert.That(cells, Has.Count.EqualTo(SmokeChecks.All.Count + 2), name);
            Assert.That(cells[1..^1], Is.All.EqualTo("ok"), name);
            Assert.That(cells[^1], Is.EqualTo("container, docker"), name);
        }
    }

    [Test]
    public async Task TheArchiveIsLoadedAsItIsAndRunsOnEveryPlatform()
    {
        Load();
        Assert.That(RealEngine.DigestOf($"{_loaded}:{Tag}"), Is.EqualTo(_digest));
        await RunsEverywhereAsync($"{_loaded}:{Tag}");
    }

    [Test]
    public void TheTargetLoadBringsEveryTag()
    {
        RealEngine.RemoveImages();
        var run = Build("--target=Load", "--exclusive");
        var layout = OciLayoutReader.Open(_project.Layout);
        Assert.That(layout.Names, Is.Not.Empty);
        var said = run.Output.Split('\n').Single(line => line.StartsWith("docker: loaded ", StringComparison.Ordinal))["docker: loaded ".Length..].Split(", ");
        Assert.That(said, Is.EquivalentTo(RealEngine.Images(_loaded)));
        Assert.That(RealEngine.Images(_loaded), Is.EquivalentTo(layout.Names.Select(name => ImageReference.TryParse(name)!.Familiar)));
        foreach (var name in RealEngine.Images(_loaded))
        {
            Assert.That(RealEngine.DigestOf(name), Is.EqualTo(_digest), name);
        }

        Assert.That(RealEngine.RunShell(KnownPlatforms.Amd64, $"{_loaded}:{Tag}", "echo $((6 * 7))"), Is.EqualTo("42"));
    }

    [Test]
    public async Task WhatIsPublishedIsPulledByTheEngineAndRunsOnEveryPlatform()
    {
        var repository = $"{RealEngine.Namespace}/busybox";
        var image = $"{RealEngine.Registry}/{repository}:{Tag}";
        var layout = OciLayoutReader.Open((await RealImage.ProjectAsync()).Layout);
        var published = await RegistryImages.PushAsync(layout, RegistryImages.Place(RealEngine.Registry, repository), policy: RegistryPolicy.Standard);
        Assert.That(published.Reference, Does.EndWith("@" + _digest));
        foreach (var platform in KnownPlatforms.Default)
        {
            var pull = RealEngine.Docker("pull", "--platform", platform.Name, image).Succeeded();
            Assert.That(pull.Output, Does.Contain($"Digest: {_digest}"), platform.Name);
        }

        Assert.That(RealEngine.DigestOf(image), Is.EqualTo(_digest));
        await RunsEverywhereAsync(image);
    }

    [Test]
    public void AProgramBuiltOnTheImageByBuildxRunsOnBothPlatforms()
    {
        Requires.That(RealEngine.Images("debian:trixie-slim").Count == 1, "the image debian:trixie-slim in the engine (tests/engine/engine.sh)");
        var image = $"{RealEngine.Namespace}/program:1";
        Load();

        // The example's own Dockerfile, and the stage of it that only compiles.
        var example = Path.Combine(ProjectCopy.RepositoryFolder, "examples", "c-zlib");
        string[] build = ["buildx", "build", "--builder", OwnBuilder, "--platform", "linux/amd64,linux/arm64", "--progress", "plain", "--build-arg", $"BASE={_loaded}:{Tag}"];
        RealEngine.Docker([.. build, "--tag", image, example]).Succeeded();
        RealEngine.Docker([.. build, "--target", "program", "--output", _project.PathOf("out"), example]).Succeeded();
        foreach (var (platform, folder) in new[] { (KnownPlatforms.Amd64, "linux_amd64"), (KnownPlatforms.Find("linux/arm64")!, "linux_arm64") })
        {
            Assert.That(RealEngine.Docker("run", "--rm", "--network", "none", "--platform", platform.Name, "--entrypoint", "sh", image, "-c", "id -u; echo text | gz | gz -d | gz | gunzip").Succeeded().Output.Trim(), Is.EqualTo("65532\ntext"));
            Assert.That(_project.PathOf($"out/{folder}/gz"), Does.Exist);
        }
    }

    private static async Task RunsEverywhereAsync(string image)
    {
        foreach (var platform in KnownPlatforms.Default)
        {
            // Each applet has its own place and one in /bin.
            var applets = (await SmokeSamples.RealAsync(platform)).Applets.Select(path => Path.GetFileName(path)).Distinct(StringComparer.Ordinal).Count();
            var said = RealEngine.RunShell(platform, image, $"""
                uname -m
                getconf LONG_BIT
                id -un
                test -x {platform.Loader} && echo loader
                listed=0 there=0
                for name in $(busybox --list); do
                    listed=$((listed + 1))
                    for folder in "" /bin /sbin /usr/bin /usr/sbin; do
                        test -x "$folder/$name" && there=$((there + 1)) && break
                    done
                done
                echo "$listed"
                echo "$there"
                """).Split('\n');
            Assert.That(said[..4], Is.EqualTo(new[] { Machine(platform), Bits(platform), "root", "loader" }), platform.Name);
            Assert.That(int.Parse(said[4], CultureInfo.InvariantCulture), Is.AtLeast(applets), $"{platform.Name}: each link has its applet");
            Assert.That(said[5], Is.EqualTo(said[4]), $"{platform.Name}: each applet is a program, or a command has its name");
        }
    }

    // What the kernel says, or the emulator in its place: i386 runs on the kernel of amd64, and qemu's ARM is one for both.
    private static string Machine(Platform platform) => platform.Name switch
    {
        "linux/amd64" or "linux/386" => "x86_64",
        "linux/arm64" => "aarch64",
        "linux/arm/v7" or "linux/arm/v6" => "armv7l",
        _ => platform.Architecture,
    };

    private static string Bits(Platform platform) => platform.Name is "linux/386" or "linux/arm/v7" or "linux/arm/v6" ? "32" : "64";

    private ProgramRun Build(params string[] arguments) => _project.Run(["--locked", $"--repository={_loaded}", .. arguments]).Succeeded();

    private void Load()
    {
        RealEngine.RemoveImages();
        RealEngine.Docker("load", "--input", _project.PathOf("artifacts/busybox-glibc.tar")).Succeeded();
    }

    /// <summary>Passes everything on, and remembers what the container was called.</summary>
    private sealed class RecordedCommands(ICommandRunner commands) : ICommandRunner
    {
        public string ContainerName { get; private set; } = string.Empty;

        public string? Find(string program) => commands.Find(program);

        public Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellation)
        {
            if (arguments.ToList().IndexOf("--name") is >= 0 and var place)
            {
                ContainerName = arguments[place + 1];
            }

            return commands.RunAsync(program, arguments, limit, cancellation);
        }
    }
}
