using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Setup.Projects;
using BusyboxGlibc.Tests.EndToEnd;
using BusyboxGlibc.Tests.Lock.Resolve;
using Cake.Core;
using NSubstitute;

namespace BusyboxGlibc.Tests.Setup.Projects;

/// <summary>The folder of an image, made from programs or as the program's own.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class NewProjectTests
{
    [Test]
    public void WithoutAProgramItIsAsTheProgramsOwn()
    {
        using var folder = new TemporaryFolder();
        Create(folder, "My Image_2");
        foreach (var name in new[] { "lib-requires.txt", "image.lock.json" })
        {
            Assert.That(File.ReadAllText(folder.File($"My Image_2/{name}")), Is.EqualTo(File.ReadAllText(Path.Combine(ProjectCopy.RepositoryFolder, name))), name);
        }

        var config = CakeConfigFile.Read(folder.File("My Image_2/cake.config"));
        Assert.That(config.Find("Image", "Repository")?.Value, Is.EqualTo("my-image-2"));
        Assert.That(File.ReadAllText(folder.File("My Image_2/.gitignore")), Is.EqualTo("/artifacts/\n"));
    }

    /// <summary>A library that one platform's program needs is a line for that platform; a platform without the program is not the image's.</summary>
    [Test]
    public void AProgramBringsItsLibrariesPlatformsAndEntrypoint()
    {
        using var folder = new TemporaryFolder();
        Put(folder, "out/linux/amd64/app", TinyElf.Program(Locks.Amd64, "libssl.so.3", "libc.so.6", "ld-linux-x86-64.so.2"));
        Put(folder, "out/linux/arm64/app", TinyElf.Program(Locks.Arm64, "libz.so.1", "libssl.so.3"));
        Create(folder, "new/app", "--binary=../../out/{platform}/app");
        Assert.That(
            File.ReadLines(folder.File("new/app/lib-requires.txt")).Where(line => line.Length > 0 && line[0] != '#'),
            Is.EqualTo(new[] { "libc.so.6", "libssl.so.3", "libz.so.1 [linux/arm64]" }));
        RequirementFile.Read(folder.File("new/app/lib-requires.txt"), [Locks.Amd64, Locks.Arm64]);
        var config = CakeConfigFile.Read(folder.File("new/app/cake.config"));
        Assert.That(
            new[] { "Program", "Platforms", "Entrypoint", "Repository" }.Select(key => config.Find("Image", key)?.Value),
            Is.EqualTo(new[] { "../../out/{platform}/app", "linux/amd64,linux/arm64", "/usr/local/bin/app", "app" }));
    }

    [TestCase("lib-requires.txt")]
    [TestCase("cake.config")]
    [TestCase("image.lock.json")]
    public void NothingIsOverwritten(string name)
    {
        using var folder = new TemporaryFolder();
        Put(folder, $"mine/{name}", [1, 2, 3]);
        Assert.That(() => Create(folder, "mine"), Throws.TypeOf<BuildException>().With.Property("Why").EqualTo($"it has {name}"));
        Assert.That(Directory.GetFiles(folder.File("mine")), Is.EqualTo(new[] { folder.File($"mine/{name}") }));
    }

    [TestCase("--binary=absent", "a program cannot be used")]
    [TestCase("--binary=../a=b", "the path of a program cannot be written")]
    [TestCase("--binary=../amd64,../arm64", "the programs have no platform in common")]
    public void AProgramThatCannotBeUsedLeavesNothingBehind(string binary, string what)
    {
        using var folder = new TemporaryFolder();
        Put(folder, "amd64", TinyElf.Program(Locks.Amd64, "libc.so.6"));
        Put(folder, "arm64", TinyElf.Program(Locks.Arm64, "libc.so.6"));
        Put(folder, "a=b", TinyElf.Program(Locks.Amd64, "libc.so.6"));
        Assert.That(() => Create(folder, "new", binary), Throws.TypeOf<BuildException>().With.Property("What").StartWith(what));
        Assert.That(folder.File("new"), Does.Not.Exist);
    }

    [Test]
    public void AFolderThatCannotBeMadeIsAnErrorThatNamesIt()
    {
        using var folder = new TemporaryFolder();
        Put(folder, "file", [1]);
        Assert.That(() => Create(folder, "file/below"), Throws.TypeOf<BuildException>().With.Property("Message").Contain("file"));
    }

    [TestCase("app", "app")]
    [TestCase("My App.v2_x", "my-app-v2-x")]
    [TestCase("--", "")]
    [TestCase("镜像-a", "a")]
    public void TheImageIsNamedAfterItsFolder(string folder, string name) => Assert.That(NewProject.NameOf(folder), Is.EqualTo(name));

    [TestCase("--target=New", true)]
    [TestCase("--target new", true)]
    [TestCase("-t New --locked", true)]
    [TestCase("--target=News", false)]
    [TestCase("--name New", false)]
    public void WhetherItIsAskedFor(string words, bool isAsked) => Assert.That(NewProject.IsAsked(words.Split(' ')), Is.EqualTo(isAsked));

    [Test]
    public void TwoProjectsWithOneNameAreFoundByAllTheirRepositories() => Assert.That(
        ProjectRuns.Conflicts([("a", ["ghcr.io/acme/x", "docker.io/acme/x"]), ("b", ["docker.io/acme/y"]), ("c", ["docker.io/acme/x"])]),
        Is.EqualTo(new[] { "docker.io/acme/x is the name of a and c" }));

    private static void Put(TemporaryFolder folder, string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
        File.WriteAllBytes(folder.File(name), content);
    }

    private static void Create(TemporaryFolder folder, string name, string? argument = null)
    {
        var arguments = Substitute.For<ICakeArguments>();
        arguments.GetArguments(Arg.Any<string>()).Returns([]);
        if (argument?.Split('=', 2) is [var option, var value])
        {
            arguments.HasArgument(option[2..]).Returns(true);
            arguments.GetArguments(option[2..]).Returns([value]);
        }

        var folders = new ProjectFolders(folder.File(name), ProjectCopy.RepositoryFolder) { Started = folder.Path };
        new NewProject(new BuildInputs(arguments, Substitute.For<IProgressBoard>(), TimeProvider.System, folders)).Create();
    }
}
