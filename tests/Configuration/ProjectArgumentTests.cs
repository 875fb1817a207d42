using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>Which projects a command line names.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ProjectArgumentTests
{
    [TestCase("--project=a --target=Lock", "a", "--target=Lock")]
    [TestCase("--project a --locked", "a", "--locked")]
    [TestCase("--Project:a lock", "a", "lock")]
    [TestCase("--project=a,b --project=c --project=a/", "a b c", "")]
    [TestCase("--locked -- --project=a", "", "--locked -- --project=a")]
    [TestCase("--projects=a", "", "--projects=a")]
    public void TheFoldersAreTakenOutOfIt(string words, string folders, string others)
    {
        var (found, rest) = ProjectArgument.Read(words.Split(' '), "/");
        Assert.That((string.Join(' ', found), string.Join(' ', rest)), Is.EqualTo((folders, others)));
    }

    [TestCase("--project")]
    [TestCase("--project=")]
    [TestCase("--project=a,,b")]
    [TestCase("--project --locked")]
    public void NoFolderIsAnError(string words) =>
        Assert.That(() => ProjectArgument.Read(words.Split(' '), "/"), Throws.TypeOf<BuildException>().With.Property("What").Contain("names no folder"));

    [Test]
    public void AControlCharacterIsRefusedAndNotShown() =>
        Assert.That(() => ProjectArgument.Read(["--project=a\u001b[2Jb"], "/"), Throws.TypeOf<BuildException>().With.Property("Message").Contain("a?[2Jb"));

    /// <summary>In the order of their names, whatever the file system's is; folders that are no project, files and hidden ones of editors are none.</summary>
    [Test]
    public void APatternMeansTheProjectsThatItMatches()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "images/web", "images/api", "images/base-1", "images/.git", "other" })
        {
            Directory.CreateDirectory(folder.File(name));
        }

        File.WriteAllText(folder.File("images/README.md"), string.Empty);
        foreach (var file in new[] { "images/web/lib-requires.txt", "images/api/cake.config", "images/base-1/lib-requires.txt", "other/lib-requires.txt" })
        {
            File.WriteAllText(folder.File(file), string.Empty);
        }

        Assert.That(ProjectArgument.Read(["--project=images/*"], folder.Path).Folders, Is.EqualTo(new[] { "images/api", "images/base-1", "images/web" }));
        Assert.That(ProjectArgument.Read(["--project=images/?p?,other"], folder.Path).Folders, Is.EqualTo(new[] { "images/api", "other" }));
        Assert.That(ProjectArgument.Read(["--project=*"], folder.Path).Folders, Is.EqualTo(new[] { "other" }));
        var error = Assert.Throws<BuildException>(() => ProjectArgument.Read(["--project=pictures/*"], folder.Path))!;
        Assert.That(error.Next, Does.Contain("--target=New --project=pictures/NAME"));
    }
}
