using System.Security.Cryptography;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Tests.Debian.Archive;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ArchiveCacheTests
{
    private const string File = "/debian/pool/main/f/foo/foo_1.0_amd64.deb";

    private ArchiveBench _bench = null!;
    private byte[] _content = [];
    private PinnedPackage _pin = null!;

    [SetUp]
    public void Serve()
    {
        _bench = new ArchiveBench();
        _content = _bench.Serve(File, 100_000);
        _pin = new PinnedPackage("foo", "1.0", "amd64", "foo", "1.0", ArchiveNames.Main, File["/debian/".Length..], _content.Length, Convert.ToHexStringLower(SHA256.HashData(_content)));
    }

    [TearDown]
    public void Clean() => _bench.Dispose();

    [Test]
    public async Task APackageIsFetchedOnce()
    {
        var path = await _bench.Store().FetchAsync(_pin, default);
        Assert.That(await System.IO.File.ReadAllBytesAsync(path), Is.EqualTo(_content));
        Assert.That(await _bench.Store().FetchAsync(_pin, default), Is.EqualTo(path));
        Assert.That(await _bench.Store(isOffline: true).FetchAsync(_pin, default), Is.EqualTo(path));
        Assert.That(_bench.Mirror.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task ADamagedEntryIsFetchedAgain()
    {
        var path = await _bench.Store().FetchAsync(_pin, default);
        var bytes = _content.ToArray();
        bytes[50] ^= 1;
        await System.IO.File.WriteAllBytesAsync(path, bytes);
        Assert.That(await System.IO.File.ReadAllBytesAsync(await _bench.Store().FetchAsync(_pin, default)), Is.EqualTo(_content));
        Assert.That(_bench.Mirror.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task WhatArrivedOfADownloadIsTakenUpByTheNextBuild()
    {
        _bench.Mirror.Once(File, Fault.Cut(30_000), Fault.Stall);
        using (var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1)))
        {
            await Assert.CatchAsync<OperationCanceledException>(() => _bench.Store().FetchAsync(_pin, cancel.Token));
        }

        Assert.That(await System.IO.File.ReadAllBytesAsync(await _bench.Store().FetchAsync(_pin, default)), Is.EqualTo(_content));
        Assert.That(_bench.Mirror.Requests[^1].Range, Is.EqualTo("30000-"));
    }

    [Test]
    public async Task TwoStoresAtOnceDownloadOnce()
    {
        var paths = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => _bench.Store().FetchAsync(_pin, default))));
        Assert.That(paths.Distinct().Count(), Is.EqualTo(1));
        Assert.That(_bench.Mirror.Requests, Has.Count.EqualTo(1));
        Assert.That(Files(), Is.EqualTo(new[] { paths[0] }));
    }

    [Test]
    public async Task OneChangedByteIsRefusedAndLeavesNothing()
    {
        var bytes = _content.ToArray();
        bytes[50] ^= 1;
        _bench.Mirror.Always(File, Fault.Gives(bytes));
        var error = (await Assert.ThrowsAsync<ChecksumException>(() => _bench.Store().FetchAsync(_pin, default)))!;
        Assert.That(error.Message, Does.Contain(_pin.Sha256).And.Contain(Convert.ToHexStringLower(SHA256.HashData(bytes))).And.Contain(_bench.Mirror.Url(File).ToString()));
        Assert.That(Files(), Is.Empty);
    }

    [Test]
    public async Task ADamagedStartOfAnEarlierRunIsThrownAwayAndTheFileFetchedWhole()
    {
        var partial = new ArchiveCache(_bench.CacheFolder).PathOf(_pin.Sha256) + AtomicFile.TemporarySuffix;
        Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
        await System.IO.File.WriteAllBytesAsync(partial, new byte[1000]);
        Assert.That(await System.IO.File.ReadAllBytesAsync(await _bench.Store().FetchAsync(_pin, default)), Is.EqualTo(_content));
        Assert.That(_bench.Mirror.Requests.Select(request => request.Range), Is.EqualTo(new[] { "1000-", null }));
        Assert.That(Files(), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task ADownloadThatNeverBeganLeavesNothing()
    {
        _bench.Mirror.Always(File, Fault.NotFound);
        await Assert.ThrowsAsync<PackageGoneException>(() => _bench.Store().FetchAsync(_pin, default));
        Assert.That(Files(), Is.Empty);
    }

    [Test]
    public async Task AConnectionThatIsCutIsNotBlamedOnTheDisk()
    {
        _bench.Mirror.Always(File, Fault.Cut(10));
        var error = (await Assert.ThrowsAsync<DownloadException>(() => _bench.Store().FetchAsync(_pin, default)))!;
        Assert.That(error.Message, Does.Contain("the connection was interrupted").And.Not.Contain("cannot write"));
    }

    [TestCase("../../etc/passwd")]
    [TestCase("pool//x")]
    [TestCase("/etc/passwd")]
    [TestCase(@"pool\..\x")]
    [TestCase("pool/a\nb")]
    public async Task APathThatLeavesTheArchiveIsRefused(string path)
    {
        var error = (await Assert.ThrowsAsync<DebianException>(() => _bench.Store().FetchAsync(_pin with { PoolPath = path }, default)))!;
        Assert.That(error.Message, Does.Contain("points outside the archive"));
        Assert.That(_bench.Mirror.Requests, Is.Empty);
    }

    [Test]
    public async Task ACacheThatIsAFileIsABuildError()
    {
        await System.IO.File.WriteAllTextAsync(_bench.CacheFolder, "x");
        var error = (await Assert.CatchAsync<BuildException>(() => _bench.Store().FetchAsync(_pin, default)))!;
        Assert.That(error.Message, Does.Contain(_bench.CacheFolder));
    }

    [Test]
    public async Task APackageThatLeftTheMirrorIsSaidToBeGone()
    {
        _bench.Mirror.Always(File, Fault.NotFound);
        var error = (await Assert.ThrowsAsync<PackageGoneException>(() => _bench.Store().FetchAsync(_pin, default)))!;
        Assert.That(error.Package, Is.EqualTo(_pin));
        Assert.That(error.Message, Does.Contain("--target=Lock").And.Contain("foo 1.0 (amd64)"));
    }

    // apt-transport-s3 6, osquery 4081: object stores answer 403 for what they lack.
    [TestCase(403)]
    [TestCase(404)]
    public async Task APackageThatLeftTheMirrorComesFromTheSnapshotArchive(int status)
    {
        var sha1 = new string('a', 40);
        _bench.Mirror.Always(File, new Fault(status));
        _bench.Mirror.Always("/mr/binary/foo/1.0/binfiles", Fault.Gives(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"result":[{"architecture":"arm64","hash":"{{new string('b', 40)}}"},{"architecture":"amd64","hash":"{{sha1}}"}]}""")));
        _bench.Mirror.Always($"/file/{sha1}", Fault.Gives(_content));
        Assert.That(await System.IO.File.ReadAllBytesAsync(await _bench.Store(_bench.Mirror.Root).FetchAsync(_pin, default)), Is.EqualTo(_content));
    }

    [Test]
    public async Task AMirrorThatRefusesAPackageIsTheErrorWhereTheSnapshotArchiveLacksItToo()
    {
        _bench.Mirror.Always(File, new Fault(403));
        _bench.Mirror.Always("/mr/binary/foo/1.0/binfiles", Fault.NotFound);
        Assert.That((await Assert.ThrowsAsync<DownloadException>(() => _bench.Store(_bench.Mirror.Root).FetchAsync(_pin, default)))!.Message, Does.Contain("403"));
    }

    [TestCase("""{"result":[]}""")]
    [TestCase("""{"result":[{"architecture":"amd64","hash":"../../etc"}]}""")]
    [TestCase("""{"result":[{"architecture":"amd64","hash":7}]}""")]
    [TestCase("""{"result":{}}""")]
    [TestCase("[]")]
    [TestCase("<html>")]
    [TestCase("")]
    public async Task AStrangeAnswerOfTheSnapshotArchiveMeansGone(string answer)
    {
        _bench.Mirror.Always(File, Fault.NotFound);
        _bench.Mirror.Always("/mr/binary/foo/1.0/binfiles", Fault.Gives(System.Text.Encoding.UTF8.GetBytes(answer)));
        await Assert.ThrowsAsync<PackageGoneException>(() => _bench.Store(_bench.Mirror.Root).FetchAsync(_pin, default));
    }

    [Test]
    public async Task AMirrorThatIsDownDoesNotMakeAPackageGone()
    {
        _bench.Mirror.Always(File, Fault.Error);
        await Assert.ThrowsAsync<DownloadException>(() => _bench.Store(_bench.Mirror.Root).FetchAsync(_pin, default));
    }

    [Test]
    public async Task AVersionWithAnEpochAndATildeIsFoundByItsPath()
    {
        var other = _bench.Serve("/debian/pool/main/f/foo/foo_1%3a2~b+c_amd64.deb", 10);
        var odd = _pin with { PoolPath = "pool/main/f/foo/foo_1%3a2~b+c_amd64.deb", Size = 10, Sha256 = Convert.ToHexStringLower(SHA256.HashData(other)) };
        Assert.That(await System.IO.File.ReadAllBytesAsync(await _bench.Store().FetchAsync(odd, default)), Is.EqualTo(other));
    }

    [Test]
    public async Task ALocalPackageMustBeTheOneThatWasLocked()
    {
        var path = Path.Combine(_bench.Folder, "own.deb");
        await System.IO.File.WriteAllBytesAsync(path, _content);
        var local = _pin with { Archive = ArchiveNames.Local, PoolPath = "own.deb" };
        Assert.That(await _bench.Store(isOffline: true).FetchAsync(local, default), Is.EqualTo(path));
        await System.IO.File.AppendAllTextAsync(path, "x");
        Assert.That((await Assert.ThrowsAsync<DebianException>(() => _bench.Store().FetchAsync(local, default)))!.Message, Does.Contain("not the file that was locked"));
        System.IO.File.Delete(path);
        await Assert.ThrowsAsync<DebianException>(() => _bench.Store().FetchAsync(local, default));
    }

    [Test]
    public async Task AllMissingPackagesAreFetchedTogether()
    {
        var pins = Enumerable.Range(0, 12).Select(number =>
        {
            var bytes = _bench.Serve($"/debian/pool/{number}.deb", 5000, number);
            return _pin with { Name = $"p{number}", PoolPath = $"pool/{number}.deb", Size = 5000, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
        }).ToList();
        await _bench.Store().FetchAllAsync(pins.Concat(pins), default);
        Assert.That(_bench.Mirror.Requests, Has.Count.EqualTo(12));
        await _bench.Store(isOffline: true).FetchAllAsync(pins, default);
    }

    [Test]
    public async Task ADownloadThatAnEarlierRunLeftGoesOnceThisOneHadNoUseForIt()
    {
        await _bench.Store().FetchAsync(_pin, default);
        var (dead, young, held) = (Files()[0] + AtomicFile.TemporarySuffix, Files()[0] + "1" + AtomicFile.TemporarySuffix, Files()[0] + "2" + AtomicFile.TemporarySuffix);
        var begun = DateTime.UtcNow;
        foreach (var leftover in new[] { dead, young, held })
        {
            await System.IO.File.WriteAllTextAsync(leftover, "x");
            System.IO.File.SetLastWriteTimeUtc(leftover, leftover == young ? begun.AddSeconds(1) : begun.AddMinutes(-1));
        }

        var cache = new ArchiveCache(_bench.CacheFolder);
        using (new FileStream(held, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            cache.Sweep(DateTime.UtcNow.AddDays(9));
            Assert.That(Files(), Has.Length.EqualTo(4), "a download may be taken up again");
            cache.SweepDownloads(begun);
            Assert.That(Files(), Does.Not.Contain(dead).And.Contains(young).And.Contains(held));
        }
    }

    [Test]
    [Category(Categories.Integration)]
    public async Task ADownloadThatFillsTheDiskLeavesNothing()
    {
        Requires.That(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "root, to mount a small file system");
        using var disk = new Faults.SmallDisk(_bench.CacheFolder, "size=16k");
        var error = (await Assert.CatchAsync<BuildException>(() => _bench.Store().FetchAsync(_pin, default)))!;
        Assert.That(error.ToString(), Does.Contain("No space left").And.Contain("no partly written file is left"));
        Assert.That(Files(), Is.Empty);
    }

    [Test]
    public async Task OneWrongBitOnTheWayIsFetchedOnceMore()
    {
        var damaged = (byte[])_content.Clone();
        damaged[_content.Length / 2] ^= 4;
        _bench.Mirror.Once(File, Fault.Gives(damaged));
        Assert.That(await System.IO.File.ReadAllBytesAsync(await _bench.Store().FetchAsync(_pin, default)), Is.EqualTo(_content));
        Assert.That(_bench.Mirror.Requests, Has.Count.EqualTo(2));
        Assert.That(_bench.Board.Warnings.Single(), Does.Contain("was damaged in transit").And.Contain(_bench.Mirror.Url(File).ToString()));
    }

    [Test]
    public async Task AFileThatIsAlwaysWrongIsAskedForTwiceAndNoMore()
    {
        _bench.Mirror.Always(File, Fault.Gives(new byte[_content.Length]));
        await Assert.ThrowsAsync<ChecksumException>(() => _bench.Store().FetchAsync(_pin, default));
        Assert.That(_bench.Mirror.Requests, Has.Count.EqualTo(2));
        Assert.That(Files(), Is.Empty);
    }

    private string[] Files() => Directory.Exists(_bench.CacheFolder) ? Directory.GetFiles(_bench.CacheFolder, "*", SearchOption.AllDirectories) : [];
}
