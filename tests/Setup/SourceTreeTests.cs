using BusyboxGlibc.Setup;
using BusyboxGlibc.Tests.Addins;
using BusyboxGlibc.Tests.Formats.Elf;

namespace BusyboxGlibc.Tests.Setup;

/// <summary>The commit a run works on, of repositories that git made, and of folders that are none.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Category(Categories.Integration)]
internal sealed class SourceTreeTests : IDisposable
{
    private readonly AddinFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Test]
    public void TheCommitIsFoundAndAChangeMakesItDirty()
    {
        Git("init", "-q");
        Git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "--allow-empty", "-m", "first");
        var commit = Tools.Output("git", "-C", _fixture.Folder, "rev-parse", "HEAD").Trim();
        var clean = SourceTree.FindRevision(_fixture.Context, _fixture.Folder);
        Assert.That((clean?.Commit, clean?.IsDirty), Is.EqualTo((commit, false)));
        File.WriteAllText(_fixture["lib-requires.txt"], "libz.so.1\n");
        Assert.That(SourceTree.FindRevision(_fixture.Context, _fixture.Folder)?.IsDirty, Is.True);
    }

    [Test]
    public void AFolderWithoutARepositoryOrACommitIsNotKnownAndFailsNothing()
    {
        Assert.That(SourceTree.FindRevision(_fixture.Context, _fixture.Folder), Is.Null);
        Directory.CreateDirectory(_fixture[".git"]);
        Assert.That(SourceTree.FindRevision(_fixture.Context, _fixture.Folder), Is.Null);
        Directory.Delete(_fixture[".git"]);
        Git("init", "-q");
        Assert.That(SourceTree.FindRevision(_fixture.Context, _fixture.Folder), Is.Null);
    }

    private void Git(params string[] words) => Tools.Output("git", ["-C", _fixture.Folder, .. words]);
}
