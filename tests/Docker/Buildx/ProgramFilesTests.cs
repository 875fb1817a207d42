using BusyboxGlibc.Docker.Buildx;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Docker.Buildx;

/// <summary>What Docker's steps mount, and a project elsewhere has not.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ProgramFilesTests
{
    private static readonly DockerfileText _shipped = DockerfileText.Read(Path.Combine(ProjectCopy.RepositoryFolder, "Dockerfile.builder"));

    [Test]
    public void TheProgramsOwnProjectHasAll()
    {
        var files = ProgramFiles.Of(_shipped, new ProjectFolders(ProjectCopy.RepositoryFolder, ProjectCopy.RepositoryFolder));
        Assert.That((files.IsEmpty, files.Files.Count()), Is.EqualTo((true, 0)));
        Assert.That(_shipped.Lines.Select(files.Located), Is.EqualTo(_shipped.Lines));
    }

    [Test]
    public void AProjectElsewhereGetsEveryMountedFileFromTheProgram()
    {
        using var folder = new TemporaryFolder();
        var files = ProgramFiles.Of(_shipped, new ProjectFolders(folder.Path, ProjectCopy.RepositoryFolder));
        Assert.That(files.Files.Select(file => file.Key), Is.SupersetOf(new[] { "busybox.config", "build/Busybox/compile.sh", "build/Docker/Buildx/steps/rootfs.sh" }).And.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That(files.Files.Any(file => file.Key.StartsWith("build/Busybox/patches/", StringComparison.Ordinal)), Is.True);
        Assert.That(files.Files.Select(file => file.Value), Has.All.Exist);
        Assert.That(_shipped.Lines.Select(files.Located).Where(line => line.Contains("type=bind,source=", StringComparison.Ordinal)), Is.Empty);
        Assert.That(_shipped.Lines.Select(files.Located), Has.Exactly(1).Contains("--mount=type=bind,from=program,source=busybox.config,target="));
    }

    /// <summary>Docker follows no link out of the project, and one within it is as good as a copy.</summary>
    [Test]
    public void TheProjectsOwnFileIsItsOwnAndALinkIsCopied()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("shared"), "CONFIG_ASH=y\n");
        Directory.CreateDirectory(folder.File("own"));
        Directory.CreateDirectory(folder.File("linked"));
        File.WriteAllText(folder.File("own/busybox.config"), "CONFIG_ASH=y\n");
        File.CreateSymbolicLink(folder.File("linked/busybox.config"), "../shared");
        Assert.That(Paths("own"), Does.Not.ContainKey("busybox.config"));
        Assert.That(Paths("linked")["busybox.config"], Is.EqualTo(folder.File("linked/busybox.config")));

        Dictionary<string, string> Paths(string name) => ProgramFiles.Of(_shipped, new ProjectFolders(folder.File(name), ProjectCopy.RepositoryFolder)).Files.ToDictionary();
    }
}
