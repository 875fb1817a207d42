using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>Paths on a command line are those of the folder one stands in.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ArgumentPathsTests
{
    [TestCase("--binary=./prog", "--binary=../../prog")]
    [TestCase("--binary=prog,none,/usr/bin/env", "--binary=../../prog,none,/usr/bin/env")]
    [TestCase("--binary prog", "--binary ../../prog")]
    [TestCase("--program=out/{platform}/app", "--program=../../out/{platform}/app")]
    [TestCase("--authorities=+./certs/*.pem", "--authorities=+../../certs/*.pem")]
    [TestCase("--against=docker.io/acme/busybox:glibc", "--against=docker.io/acme/busybox:glibc")]
    [TestCase("--from=out", "--from=../../out")]
    [TestCase("--artifacts=made", "--artifacts=made")]
    [TestCase("--artifacts=./made", "--artifacts=../../made")]
    [TestCase("--cache=~/cache", "--cache=~/cache")]
    [TestCase("--name=prog --target=FindLibrary", "--name=prog --target=FindLibrary")]
    public void TheyAreWrittenAsTheProjectSeesThem(string given, string read)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("images/app"));
        Directory.CreateDirectory(folder.File("out"));
        File.WriteAllText(folder.File("prog"), string.Empty);
        var words = ArgumentPaths.Read(given.Split(' '), OptionTable.All, folder.Path, folder.File("images/app"), isNamed: true);
        Assert.That(string.Join(' ', words), Is.EqualTo(read));

        // And back, for what is typed next.
        if (given.Split('=') is [_, var value] && OptionTable.All.First(option => given.StartsWith($"--{option.Argument}=", StringComparison.Ordinal)) is { TakesFiles: true } typed && value.StartsWith('.'))
        {
            Assert.That(Path.GetFullPath(ArgumentPaths.Seen(typed, read.Split('=')[1], folder.File("images/app"), folder.Path, isFrom: true), folder.Path), Is.EqualTo(Path.GetFullPath(value, folder.Path)));
        }
    }

    /// <summary>As before there were other projects: a path that the program's own project has is that one.</summary>
    [Test]
    public void InAnotherFolderPathsOfTheProgramsOwnProjectStay()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("repository/debs"));
        Directory.CreateDirectory(folder.File("debs"));
        File.WriteAllText(folder.File("prog"), string.Empty);
        var words = ArgumentPaths.Read(["--binary=debs,prog"], OptionTable.All, folder.Path, folder.File("repository"), isNamed: false);
        Assert.That(words, Is.EqualTo(new[] { "--binary=debs,../prog" }));
    }

    [Test]
    public void InTheProjectNothingChanges()
    {
        string[] words = ["--binary=./prog"];
        Assert.That(ArgumentPaths.Read(words, OptionTable.All, "/project", "/project", isNamed: true), Is.SameAs(words));
    }
}
