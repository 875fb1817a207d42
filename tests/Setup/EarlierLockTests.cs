using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Tests.Formats.Elf;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Setup;

/// <summary>The lock before the lock, of repositories that git made.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Category(Categories.Integration)]
internal sealed class EarlierLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task WhatChangedIsToldSinceTheNewestCommitWithAnotherLock()
    {
        Git("init", "-q");
        Commit(Locks.Small("1:1.3.1-1"), "old");
        var old = Tools.Output("git", "-C", _folder.Path, "rev-parse", "HEAD").Trim();
        Commit(Locks.Small("1:1.3.1-2"), "new");
        await Said(old);

        // The same where it is not committed yet, and where the lock was not the last to change.
        Git("reset", "-q", "--hard", old);
        File.WriteAllText(_folder["image.lock.json"], LockFile.Serialize(Locks.Small("1:1.3.1-2")));
        await Said(old);
        File.WriteAllText(_folder["other"], "other");
        Git("add", "other");
        Git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "other");
        await Said(old);
    }

    [Test]
    public async Task AFolderWithoutAnEarlierLockHasNone()
    {
        File.WriteAllText(_folder["image.lock.json"], LockFile.Serialize(Locks.Small()));
        Assert.That(await FindAsync(Locks.Small()), Is.Null, "no repository");
        Git("init", "-q");
        Assert.That(await FindAsync(Locks.Small()), Is.Null, "no commit");
        Commit(Locks.Small(), "first");
        Assert.That(await FindAsync(Locks.Small()), Is.Null, "one commit");
        File.WriteAllText(_folder["image.lock.json"], "{}");
        Git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-a", "-m", "no lock");
        Assert.That(await FindAsync(Locks.Small()), Is.Null, "what is no lock is not compared");
    }

    [Test]
    public async Task ACloneOfTheLastCommitAloneHasNone()
    {
        Git("init", "-q");
        Commit(Locks.Small("1:1.3.1-1"), "old");
        Commit(Locks.Small("1:1.3.1-2"), "new");
        Git("clone", "-q", "--depth=1", $"file://{_folder.Path}", _folder["clone"]);
        Assert.That(File.ReadAllText(_folder["clone/image.lock.json"]), Is.EqualTo(File.ReadAllText(_folder["image.lock.json"])));
        Assert.That(await FindAsync(Locks.Small("1:1.3.1-2"), _folder["clone"]), Is.Null);
    }

    private async Task Said(string commit)
    {
        var change = await FindAsync(Locks.Small("1:1.3.1-2"));
        Assert.That(change?.Since, Is.EqualTo($"the lock of commit {commit[..12]}"));
        Assert.That(change!.Fixes.Select(fix => (fix.Before, fix.After)), Has.Member(("1:1.3.1-1", "1:1.3.1-2")));
        Assert.That(change.Fixes.Select(fix => fix.Unknown), Is.All.Not.Null, "no package is in the cache, and no network is asked");
    }

    private Task<BusyboxGlibc.Reports.Page.ReportLockChange?> FindAsync(ImageLock now, string? project = null) => new EarlierLock(
        new CommandRunner(keptLines: EarlierLock.KeptLines), project ?? _folder.Path, Path.Combine(project ?? _folder.Path, "image.lock.json"), _folder["cache"], new PackageCache(_folder["cache"])).FindAsync(now, default);

    private void Commit(ImageLock imageLock, string message)
    {
        File.WriteAllText(_folder["image.lock.json"], LockFile.Serialize(imageLock));
        Git("add", "image.lock.json");
        Git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", message);
    }

    private void Git(params string[] words) => Tools.Run("git", ["-C", _folder.Path, .. words]);
}
