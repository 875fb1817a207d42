using System.Diagnostics;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.EndToEnd;
using BusyboxGlibc.Tests.Rootfs;
using BusyboxGlibc.Tests.Smoke;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>The program in an image of its own making, as docs/projects.md has it: published with its runtime, built by this build, and run in the image's root, where it builds the same image as outside.</summary>
[Category(Categories.Integration)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class ToolImageTests
{
    private static readonly string[] _small = ["--busybox=debian", "--engine=embedded"];

    [Test]
    public async Task ItBuildsTheSameImageInItsOwnImage()
    {
        await RealSuite.RequireAsync();
        Requires.That(HostPlatform.Among([KnownPlatforms.Amd64, SmokeSamples.Arm64]) is not null, "a machine of amd64 or arm64");
        var platform = HostPlatform.Among([KnownPlatforms.Amd64, SmokeSamples.Arm64])!;
        using var folder = new TemporaryFolder();

        // Without compiling it ahead, which changes how fast it starts and not what it does.
        Run("dotnet", folder.Path, "publish", Path.Combine(ProjectCopy.RepositoryFolder, "build"), "-c", "Release", "-r", platform == KnownPlatforms.Amd64 ? "linux-x64" : "linux-arm64", "--self-contained", "-p:UseAppHost=true",
            "-p:RunAnalyzers=false", "-p:PublishReadyToRun=false", "-o", folder.File($"artifacts/tool/{platform}/busybox-glibc")).Succeeded();
        Copy("images/tool", folder);
        Build(folder, "images/tool", $"--platforms={platform}", "--locked", "--engine=embedded").Succeeded();

        // A project, with all that its build reads: no network in there.
        Directory.CreateDirectory(folder.File("app"));
        File.WriteAllText(folder.File("app/lib-requires.txt"), "libz.so.1\n");
        File.WriteAllText(folder.File("app/cake.config"), $"[Image]\nPlatforms={platform}\nCommands=none\nFeatures=none\nCharsets=none\n");
        var outside = Build(folder, "app", _small).Succeeded();
        Build(folder, "app", [.. _small, "--target=Vault", "--to=./app/vault"]).Succeeded();
        Directory.Delete(folder.File("app/artifacts"), recursive: true);

        var layout = OciLayoutReader.Open(folder.File("images/tool/artifacts/oci"));
        var image = SmokeImage.Read(layout.ReadImages().Single());
        var inside = layout.ReadImages().Single().Config.Run.WorkingDirectory!;
        foreach (var file in Directory.EnumerateFiles(folder.File("app"), "*", SearchOption.AllDirectories))
        {
            Add(image.Tree, $"{inside.TrimStart('/')}/{Path.GetRelativePath(folder.Path, file)}", File.ReadAllBytes(file));
        }

        var program = $"export HOME=/tmp CI=true; cd {inside}/app; $RUN /opt/busybox-glibc/Build";
        var smoke = await SmokeSamples.TestAsync(image,
        [
            Check("version", $"{program} --version", output => output[0].StartsWith("busybox-glibc ", StringComparison.Ordinal)),
            Check("help", $"{program} --help=Clean", output => output[0].StartsWith("Usage: ", StringComparison.Ordinal)),
            Check("build", $"{program} --target=Default {string.Join(' ', _small)} --locked --offline --vault=./vault --cache=/tmp/cache 2>&1", output => output.Any(line => line.Contains(outside.IndexDigest, StringComparison.Ordinal))),
        ]);
        Assert.That(smoke.Results.Select(result => result.State), Is.All.EqualTo(SmokeState.Passed), string.Join('\n', smoke.Results.Select(result => result.Reason)));
    }

    private static SmokeCheck Check(string name, string script, Func<IReadOnlyList<string>, bool> isRight) =>
        new(name, _ => null, _ => new SmokeScript(script, []) { AsRoot = true }, (_, output) => isRight(output) ? null : string.Join('\n', output), TimeSpan.FromMinutes(2));

    private static void Copy(string name, TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder.File(name));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(ProjectCopy.RepositoryFolder, name)))
        {
            File.Copy(file, folder.File($"{name}/{Path.GetFileName(file)}"));
        }
    }

    private static void Add(RootfsTree tree, string path, byte[] content)
    {
        var parts = path.Split('/');
        for (var depth = 1; depth < parts.Length; depth++)
        {
            var parent = string.Join('/', parts[..depth]);
            if (!tree.TryGet(parent, out _))
            {
                tree.Add(Trees.Folder(parent));
            }
        }

        tree.Add(Trees.File(path) with { Content = content });
    }

    private static ProgramRun Build(TemporaryFolder folder, string project, params string[] arguments) =>
        Run("dotnet", folder.Path, [Path.Combine(AppContext.BaseDirectory, "Build.dll"), $"--project={project}", $"--cache={RealSuite.Cache}", .. arguments]);

    private static ProgramRun Run(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["CI"] = "true";
        start.Environment["BUSYBOX_GLIBC_ROOT"] = ProjectCopy.RepositoryFolder;
        start.Environment.Remove("SOURCE_DATE_EPOCH");
        using var process = Process.Start(start)!;
        return ProgramRun.Of(process);
    }
}
