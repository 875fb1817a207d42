using System.Text;
using BusyboxGlibc.Busybox;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Docker.Buildx;
using BusyboxGlibc.Image;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>
/// What a real engine makes of the settings in a Dockerfile.run: the joined Dockerfile is built over a root file system of a few files, so
/// that it takes a second, and what comes back is compared with what we make of the same text.
/// </summary>
internal sealed class SettingsOracle : IDisposable
{
    private const long Epoch = 1_700_000_000;

    private const string Builder = """
        ARG BASE=scratch
        FROM scratch AS release
        FROM scratch AS rootfs
        FROM scratch AS packages
        FROM scratch AS busybox
        FROM scratch AS tools
        FROM tools AS builder
        COPY rootfs/ /rootfs/
        """;

    private static readonly string[] _environment = ["PATH=/usr/bin:/bin", "SSL_CERT_FILE=/etc/ssl/x"];

    private static readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal) { ["org.example.title"] = "ours", ["quoted"] = "a \"$b\" \\c" };

    private readonly string _folder = Directory.CreateTempSubdirectory("settings-").FullName;

    public SettingsOracle()
    {
        foreach (var (path, content) in new[]
        {
            ("etc/passwd", "root:x:0:0::/root:/bin/sh\nnonroot:x:65532:65533::/home/nonroot:/bin/sh\n"), ("etc/group", "root:x:0:\ndaemon:x:1:\nnonroot:x:65533:\n"), ("bin/sh", "shell"), ("run/there", "x"),
        })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, "rootfs", path))!);
            File.WriteAllText(Path.Combine(_folder, "rootfs", path), content);
        }

        Directory.CreateDirectory(Path.Combine(_folder, "rootfs/var"));
        File.CreateSymbolicLink(Path.Combine(_folder, "rootfs/var/run"), "/run");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The file that holds the image's settings, ours and the lines.</summary>
    public static string Image(string lines) => $"FROM scratch\nCOPY --from={RunDockerfile.BuilderImage} /rootfs/ /\nCMD [\"sh\"]\n{lines}\n";

    /// <summary>Builds the file on the engine, and without it.</summary>
    /// <returns>Each one's configuration and tree as texts, or <c>refused</c>.</returns>
    public async Task<(string Engine, string Ours)> BothAsync(string run, Platform platform) => (await EngineAsync(run, platform), Ours(run, platform));

    private static ProjectDockerfiles Files(string run) =>
        ProjectDockerfiles.Of(DockerfileText.Parse("Dockerfile.builder", Builder), RunDockerfile.Of(DockerfileText.Parse("Dockerfile.run", run)));

    private string Ours(string run, Platform platform)
    {
        try
        {
            var settings = Files(run).SettingsOf(platform, _environment, _labels, Epoch);
            var tree = new RootfsTree();
            var links = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
            foreach (var path in Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "rootfs"), "*", links).Where(path => !path.Contains("/var/run/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                var name = Path.GetRelativePath(Path.Combine(_folder, "rootfs"), path);
                var link = new FileInfo(path).LinkTarget;
                tree.Add(link is not null ? new RootfsEntry(name, RootfsEntryType.SymbolicLink, 0x1FF, 0, 0, null, link, default, "test")
                    : Directory.Exists(path) ? new RootfsEntry(name, RootfsEntryType.Directory, 0x1ED, 0, 0, null, null, default, "test")
                    : new RootfsEntry(name, RootfsEntryType.File, 0x1A4, 0, 0, null, null, File.ReadAllBytes(path), "test"));
            }

            WorkingFolders.Add(tree, settings.Folders);
            return Text(platform, settings.Run, settings.Labels, tree);
        }
        catch (DockerfileException)
        {
            return "refused";
        }
    }

    private async Task<string> EngineAsync(string run, Platform platform)
    {
        string text;
        try
        {
            text = DockerfileRenderer.Render(Files(run), new DockerfileValues("scratch", null, _environment, _labels, Epoch), ProgramFiles.None);
        }
        catch (DockerfileException)
        {
            // The file as it is, then: the engine must refuse it too.
            text = Builder + "\n" + run.Replace(RunDockerfile.BuilderImage, "builder", StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "Dockerfile"), text);
        var output = Path.Combine(_folder, "out");
        var built = RealEngine.Docker(
            "buildx", "build", "--builder", "default", "--provenance=false", "--sbom=false", "--platform", platform.Name, "--build-arg", $"SOURCE_DATE_EPOCH={Epoch}",
            "--output", $"type=oci,tar=false,rewrite-timestamp=true,dest={output}", _folder);
        if (built.ExitCode != 0)
        {
            Assert.That(built.Output, Does.Contain("failed to solve").Or.Contain("dockerfile parse error").Or.Contain("failed to run Build function"), "the engine itself works");
            return "refused";
        }

        var rootfs = new BuiltLayout([output]).RootfsOf(platform, new BusyboxIdentity("1.0", BusyboxOrigin.Debian), OciJson.NoAnnotations);
        Directory.Delete(output, recursive: true);
        return Text(platform, rootfs.Run!, rootfs.Labels!, rootfs.Tree);
    }

    private static string Text(Platform platform, ImageRunConfig run, IReadOnlyDictionary<string, string> labels, RootfsTree tree)
    {
        var config = ImageConfigWriter.Write(new ImageSpec(platform, Epoch, "test", labels, HasCertificates: true) { Run = run }, OciDigest.Of([]));
        var entries = tree.Entries.Select(entry => $"{entry.Path} {entry.Type} {Convert.ToString(entry.Type == RootfsEntryType.Directory ? entry.Mode : 0, 8)} {entry.UserId}:{entry.GroupId} {entry.LinkTarget}");
        return $"{Encoding.UTF8.GetString(config)}\n{string.Join('\n', entries)}";
    }
}
