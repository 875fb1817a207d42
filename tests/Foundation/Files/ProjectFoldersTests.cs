using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Tests.Foundation.Files;

/// <summary>Which folder says what the image is, and which has the program's own files.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ProjectFoldersTests
{
    private static readonly string _repository = ProjectFolders.Find(null, "/", null, AppContext.BaseDirectory).Tool;

    [Test]
    public void TheRepositoryAboveTheProgramIsBoth()
    {
        var folders = ProjectFolders.Find(null, "/", null, AppContext.BaseDirectory);
        Assert.That(Path.Combine(folders.Project, "build", "Build.csproj"), Does.Exist);
        Assert.That((folders.Tool, folders.IsOwn, folders.HasSources), Is.EqualTo((folders.Project, true, true)));
    }

    [Test]
    public void WhatTheScriptsSaySettlesIt() =>
        Assert.That(ProjectFolders.Find(null, "/", _repository + "/", "/").Project, Is.EqualTo(_repository));

    [TestCase("/usr", "/")]
    [TestCase(null, "/usr/bin")]
    public void AProgramWithoutItsFilesIsAnError(string? root, string program) =>
        Assert.That(() => ProjectFolders.Find(null, "/", root, program), Throws.TypeOf<BuildException>());

    [Test]
    public void TheFolderOneStandsInIsTheProjectIfItIsOne()
    {
        using var folder = new TemporaryFolder();
        Assert.That(ProjectFolders.Find(null, folder.Path, _repository, "/").Project, Is.EqualTo(_repository));
        File.WriteAllText(folder.File("lib-requires.txt"), "libz\n");
        var folders = ProjectFolders.Find(null, folder.Path, _repository, "/");
        Assert.That((folders.Project, folders.Tool, folders.IsOwn), Is.EqualTo((folder.Path, _repository, false)));
    }

    [Test]
    public void WhatTheProjectLacksTheProgramHas()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("lib-requires.txt"), "libz\n");
        File.WriteAllText(folder.File("busybox.config"), "CONFIG_ASH=y\n");
        var folders = ProjectFolders.Find(Path.GetFileName(folder.Path), Path.GetDirectoryName(folder.Path)!, _repository, "/");
        Assert.That(folders.PathOf("busybox.config"), Is.EqualTo(folder.File("busybox.config")));
        Assert.That(folders.PathOf("Dockerfile.run"), Is.EqualTo(Path.Combine(_repository, "Dockerfile.run")));
        Assert.That(folders.FolderOf("vex"), Is.EqualTo(_repository));
    }

    [TestCase("absent", "there is no folder absent")]
    [TestCase("file", "file is a file")]
    [TestCase("empty", "empty is not the folder of an image")]
    public void AFolderThatIsNoProjectIsAnErrorThatSaysHowToMakeOne(string name, string what)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), string.Empty);
        Directory.CreateDirectory(folder.File("empty"));
        var error = Assert.Throws<BuildException>(() => ProjectFolders.Find(name, folder.Path, _repository, "/"))!;
        Assert.That(error.What, Does.StartWith(what));
        Assert.That(error.Next, Does.EndWith("./build.sh --target=New"));
    }

    [Test]
    public void AnInstalledProgramHasItsFilesBesideIt()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("project"));
        File.WriteAllText(folder.File("project/lib-requires.txt"), "libz\n");
        Directory.CreateDirectory(folder.File("mine"));
        File.WriteAllText(folder.File("mine/cake.config"), "[image]\n");
        var folders = ProjectFolders.Find(null, folder.File("mine"), null, folder.Path);
        Assert.That((folders.Project, folders.Tool, folders.HasSources), Is.EqualTo((folder.File("mine"), folder.File("project"), false)));
        Assert.That(() => ProjectFolders.Find(null, "/", null, folder.Path), Throws.TypeOf<BuildException>().With.Property("Next").Contain("--target=New"));
    }
}
