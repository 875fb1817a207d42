using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Reports.Help;
using BusyboxGlibc.Tests.Formats.Elf;

namespace BusyboxGlibc.Tests.Reports.Help;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Category(Categories.Integration)]
internal sealed class ProgramVersionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void WithoutATagItIsTheCommit()
    {
        Commit();
        Assert.That(Version(), Does.Match(@"\A0\.0\.0-g[0-9a-f]{7,}\z"));
        File.WriteAllText(_folder["file"], "changed");
        Assert.That(Version(), Does.Match(@"\A0\.0\.0-g[0-9a-f]{7,}-dirty\z"));
    }

    [Test]
    public void WithATagItIsTheTagAndHowFarItIs()
    {
        Commit();
        Git("tag", "v1.2.0");
        Assert.That(Version(), Is.EqualTo("v1.2.0"));
        Commit("second");
        Assert.That(Version(), Does.Match(@"\Av1\.2\.0-1-g[0-9a-f]{7,}\z"));
        File.WriteAllText(_folder["untracked"], string.Empty);
        Assert.That(Version(), Does.Not.Contain("dirty"));
        File.Delete(_folder["file"]);
        Assert.That(Version(), Does.EndWith("-dirty"));
    }

    [Test]
    public void InALinkedWorktreeToo()
    {
        Commit();
        Git("worktree", "add", "-q", _folder["linked"]);
        Assert.That(ProgramVersion.Of(_folder["linked"], new CommandRunner()), Is.EqualTo(Version()));
    }

    [Test]
    public void AnArchiveUnpackedInARepositoryHasNotThatRepositorysVersion()
    {
        Commit();
        Git("tag", "v9");
        Directory.CreateDirectory(_folder["vendor"]);
        Assert.That(ProgramVersion.Of(_folder["vendor"], new CommandRunner()), Is.EqualTo("0.0.0 (the project's folder is not a git repository)"));
    }

    [Test]
    public void WithoutGitItSaysSo()
    {
        Commit();
        Assert.That(ProgramVersion.Of(_folder.Path, new CommandRunner("/nowhere")), Is.EqualTo("0.0.0 (git is not on PATH)"));
    }

    [Test]
    public void BeforeTheFirstCommitItSaysWhatGitSays()
    {
        Git("init", "-q");
        Assert.That(Version(), Does.StartWith("0.0.0 (git describe: fatal: "));
    }

    private string Version() => ProgramVersion.Of(_folder.Path, new CommandRunner());

    private void Commit(string text = "first")
    {
        Git("init", "-q");
        File.WriteAllText(_folder["file"], text);
        Git("add", "file");
        Git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", text);
    }

    private void Git(params string[] arguments) => Tools.Run("git", ["-C", _folder.Path, .. arguments]);
}
