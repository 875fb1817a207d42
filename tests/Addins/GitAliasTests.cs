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
    public void TheTipHasWhatTheCommitHas()
    {
        Commit("first");
        Commit("a subject\non two lines\n\nA body, with  blanks\n\n\tand a last paragraph: 中文\n");
        var tip = Context.GitLogTip(Repository);
        Assert.That(tip.Sha, Is.EqualTo(Tools.Output("git", "-C", _fixture.Folder, "rev-parse", "HEAD").Trim()));
        Assert.That((tip.Author.Name, tip.Author.Email), Is.EqualTo(("Zoë O'Neil", "zoe@example.org")));
        Assert.That((tip.Committer.Name, tip.Committer.Email), Is.EqualTo(("C", "c@example.org")));
        Assert.That(tip.Author.When, Is.EqualTo(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(5.5))));
        Assert.That(tip.Author.When.Offset, Is.EqualTo(TimeSpan.FromHours(5.5)));
        Assert.That(tip.MessageShort, Is.EqualTo("a subject on two lines"));
        Assert.That(tip.Message, Is.EqualTo("a subject\non two lines\n\nA body, with  blanks\n\n\tand a last paragraph: 中文\n"));
    }

    [Test]
    public void TagsDescribeACommitAndTheStrategySaysWhich()
    {
        Commit("first");
        Git("tag", "-a", "-m", "annotated", "v1");
        Commit("second");
        Git("tag", "light");
        Assert.That(Context.GitDescribe(Repository, GitDescribeStrategy.Tags), Is.EqualTo("light"));
        Assert.That(Context.GitDescribe(Repository, GitDescribeStrategy.Default), Does.Match(@"\Av1-1-g[0-9a-f]{7}\z"));
        Assert.That(Context.GitDescribe(Repository), Is.EqualTo("tags/light").Or.EqualTo("heads/main"));
        Assert.That(Context.GitDescribe(Repository, true, GitDescribeStrategy.Tags), Does.Match(@"\Alight-0-g[0-9a-f]{7}\z"));
        Assert.That(Context.GitDescribe(Repository, false, GitDescribeStrategy.Default, 12), Does.Match(@"\Av1-1-g[0-9a-f]{12}\z"));
        Assert.That(Context.GitDescribe(Repository, false, GitDescribeStrategy.Default, 0), Is.EqualTo("v1"));
        Assert.That(Context.GitDescribe(Repository, "HEAD~1", false, GitDescribeStrategy.Tags, null), Is.EqualTo("v1"));
    }

    [Test]
    public void WithoutATagTheDescriptionIsEmptyAndWarns()
    {
        Commit("first");
        Assert.That(Context.GitDescribe(Repository, GitDescribeStrategy.Tags), Is.Empty);
        Assert.That(_fixture.Log.Lines, Has.Exactly(1).Contains("Describe failed").And.Exactly(1).Contains("fatal: "));
    }

    [TestCase("nothing")]
    [TestCase("--all")]
    [TestCase("HEAD~9")]
    public void ACommitThatIsNotThereIsAnError(string name)
    {
        Commit("first");
        Assert.That(() => Context.GitDescribe(Repository, name, false, GitDescribeStrategy.All, null), Throws.TypeOf<CakeException>());
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
        Assert.That(Context.GitLogTip("."), Has.Property(nameof(GitCommit.MessageShort)).EqualTo("first"));
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
    public void ARepositoryWithoutACommitHasNoTipAndNoDescription()
    {
        Git("init", "-q", "-b", "main");
        Assert.That(() => Context.GitLogTip(Repository), Throws.TypeOf<CakeException>().With.Message.Contain("does not have any commits yet"));
        Assert.That(() => Context.GitDescribe(Repository), Throws.TypeOf<CakeException>());
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
        Assert.Throws<CakeException>(() => Context.GitDescribe(path, GitDescribeStrategy.Tags))!.Message,
        Assert.Throws<CakeException>(() => Context.GitHasUncommitedChanges(path))!.Message,
    ];

    private void Commit(string message)
    {
        Git("init", "-q", "-b", "main");
        File.AppendAllText(_fixture["file"], message);
        Git("add", ".");
        Git(
            "-c", "user.name=C", "-c", "user.email=c@example.org", "commit", "-q",
            "--author=Zoë O'Neil <zoe@example.org>", "--date=2026-02-03T04:05:06+05:30", "--cleanup=verbatim", "-m", message);
    }

    private void Git(params string[] arguments) => Tools.Run("git", ["-C", _fixture.Folder, .. arguments]);
}
