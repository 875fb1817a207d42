using BusyboxGlibc.Tests.Formats.Elf;
using Cake.Core;
using Cake.Core.IO;
using Cake.Git;

namespace BusyboxGlibc.Tests.Addins;

/// <summary>The stand-in for Cake.Git on repositories that git made.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Category(Categories.Integration)]
internal sealed class GitAliasTests : IDisposable
{
    private readonly AddinFixture _fixture = new();

    private ICakeContext Context => _fixture.Context;

    private DirectoryPath Repository => new(_fixture.Folder);

    public void Dispose() => _fixture.Dispose();

    [Test]
    public void TheTipIsTheLastCommit()
    {
        Commit("first");
        Commit("a subject\non two lines\n\nA body: 中文\n");
        Assert.That(Context.GitLogTip(Repository).Sha, Is.EqualTo(Head()));
    }

    [Test]
    public void EveryKindOfChangeIsUncommitted()
    {
        File.WriteAllText(_fixture["deleted"], "x");
        Commit("first");
        Assert.That(Context.GitHasUncommitedChanges(Repository), Is.False);

        File.WriteAllText(_fixture["new file"], "x");
        Assert.That(Context.GitHasUncommitedChanges(Repository), Is.True, "untracked");
        Git("config", "status.showUntrackedFiles", "no");
        Assert.That(Context.GitHasUncommitedChanges(Repository), Is.True, "untracked, whatever the settings");
        Git("add", ".");
        Assert.That(Context.GitHasUncommitedChanges(Repository), Is.True, "staged");
        Commit("second");
        Assert.That(Context.GitHasUncommitedChanges(Repository), Is.False);
        File.AppendAllText(_fixture["file"], "changed");
        Assert.That(Context.GitHasUncommitedChanges(Repository), Is.True, "changed");
        Git("checkout", "-q", "file");
        File.Delete(_fixture["deleted"]);
        Assert.That(Context.GitHasUncommitedChanges(Repository), Is.True, "deleted");
    }

    [Test]
    public void AnIgnoredFileIsNoChange()
    {
        File.WriteAllText(_fixture[".gitignore"], "ignored\n");
        Commit("first");
        File.WriteAllText(_fixture["ignored"], "x");
        Assert.That(Context.GitHasUncommitedChanges(Repository), Is.False);
    }

    [Test]
    public void ARelativePathIsBelowTheWorkingFolder()
    {
        Commit("first");
        Assert.That(Context.GitLogTip(".").Sha, Is.EqualTo(Head()));
    }

    [Test]
    public void AFolderThatIsNoRepositoryIsAnError() =>
        Assert.That(Errors(Repository), Is.All.Contains("not a git repository").And.All.Contains(_fixture.Folder));

    [Test]
    public void AFolderInsideARepositoryIsNone()
    {
        Commit("first");
        Directory.CreateDirectory(_fixture["inside"]);
        Assert.That(Errors(Repository.Combine("inside")), Is.All.Contains("not a git repository"));
    }

    [Test]
    public void AFolderThatIsNotThereIsAnError() =>
        Assert.That(Errors(Repository.Combine("nowhere")), Is.All.Contains("there is no such folder"));

    [Test]
    public void ARepositoryWithoutACommitHasNoTip()
    {
        Git("init", "-q", "-b", "main");
        Assert.That(() => Context.GitLogTip(Repository), Throws.TypeOf<CakeException>().With.Message.Contain("does not have any commits yet"));
        Assert.That(Context.GitHasUncommitedChanges(Repository), Is.False);
    }

    [Test]
    public void WithoutGitOnPathTheErrorNamesIt()
    {
        using var without = new AddinFixture("/nowhere");
        Assert.That(() => without.Context.GitHasUncommitedChanges(new DirectoryPath(without.Folder)), Throws.TypeOf<CakeException>().With.Message.Contain("Git: Could not locate executable"));
    }

    private IEnumerable<string> Errors(DirectoryPath path) =>
    [
        Assert.Throws<CakeException>(() => Context.GitLogTip(path))!.Message,
        Assert.Throws<CakeException>(() => Context.GitHasUncommitedChanges(path))!.Message,
    ];

    private string Head() => Tools.Output("git", "-C", _fixture.Folder, "rev-parse", "HEAD").Trim();

    private void Commit(string message)
    {
        Git("init", "-q", "-b", "main");
        File.AppendAllText(_fixture["file"], message);
        Git("add", ".");
        Git("-c", "user.name=C", "-c", "user.email=c@example.org", "commit", "-q", "-m", message);
    }

    private void Git(params string[] arguments) => Tools.Run("git", ["-C", _fixture.Folder, .. arguments]);
}
