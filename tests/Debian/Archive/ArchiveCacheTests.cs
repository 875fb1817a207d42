using System.Security.Cryptography;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Tests.Debian.Archive;

[Category(Categories.Unit)]
[Parallelizable]
public class ArchiveCacheTests
{
    private const string File = "/debian/pool/main/f/foo/foo_1.0_amd64.deb";

    private ArchiveBench bench = null!;
    private byte[] content = [];
    private PinnedPackage pin = null!;

    [SetUp]
    public void Serve()
    {
        bench = new ArchiveBench();
        content = bench.Serve(File, 100_000);
        pin = new PinnedPackage("foo", "1.0", "amd64", "foo", "1.0", ArchiveNames.Main, File["/debian/".Length..], content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    [TearDown]
    public void Clean() => bench.Dispose();

    [Test]
    public async Task APackageIsFetchedOnce()
    {
        var path = await bench.Store().FetchAsync(pin, default);
        Assert.That(await System.IO.File.ReadAllBytesAsync(path), Is.EqualTo(content));
        Assert.That(await bench.Store().FetchAsync(pin, default), Is.EqualTo(path));
        Assert.That(await bench.Store(isOffline: true).FetchAsync(pin, default), Is.EqualTo(path));
        Assert.That(bench.Mirror.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task ADamagedEntryIsFetchedAgain()
    {
        var path = await bench.Store().FetchAsync(pin, default);
        var bytes = content.ToArray();
        bytes[50] ^= 1;
        await System.IO.File.WriteAllBytesAsync(path, bytes);
        Assert.That(await System.IO.File.ReadAllBytesAsync(await bench.Store().FetchAsync(pin, default)), Is.EqualTo(content));
        Assert.That(bench.Mirror.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task WhatArrivedOfADownloadIsTakenUpByTheNextBuild()
    {
        bench.Mirror.Once(File, Fault.Cut(30_000), Fault.Stall);
        using (var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1)))
        {
            await Assert.CatchAsync<OperationCanceledException>(() => bench.Store().FetchAsync(pin, cancel.Token));
        }

        Assert.That(await System.IO.File.ReadAllBytesAsync(await bench.Store().FetchAsync(pin, default)), Is.EqualTo(content));
        Assert.That(bench.Mirror.Requests[^1].Range, Is.EqualTo("30000-"));
    }

    [Test]
    public async Task TwoStoresAtOnceDownloadOnce()
    {
        var paths = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => bench.Store().FetchAsync(pin, default))));
        Assert.That(paths.Distinct().Count(), Is.EqualTo(1));
        Assert.That(bench.Mirror.Requests, Has.Count.EqualTo(1));
        Assert.That(Files(), Is.EqualTo(new[] { paths[0] }));
    }

    [Test]
    public async Task OneChangedByteIsRefusedAndLeavesNothing()
    {
        var bytes = content.ToArray();
        bytes[50] ^= 1;
        bench.Mirror.Always(File, Fault.Gives(bytes));
        var error = (await Assert.ThrowsAsync<ChecksumException>(() => bench.Store().FetchAsync(pin, default)))!;
        Assert.That(error.Message, Does.Contain(pin.Sha256).And.Contain(Convert.ToHexStringLower(SHA256.HashData(bytes))).And.Contain(bench.Mirror.Url(File).ToString()));
        Assert.That(Files(), Is.Empty);
    }

    [Test]
    public async Task ADamagedStartOfAnEarlierRunIsThrownAwayAndTheFileFetchedWhole()
    {
        var partial = new ArchiveCache(bench.CacheFolder).PathOf(pin.Sha256) + AtomicFile.TemporarySuffix;
        Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
        await System.IO.File.WriteAllBytesAsync(partial, new byte[1000]);
        Assert.That(await System.IO.File.ReadAllBytesAsync(await bench.Store().FetchAsync(pin, default)), Is.EqualTo(content));
        Assert.That(bench.Mirror.Requests.Select(request => request.Range), Is.EqualTo(new[] { "1000-", null }));
        Assert.That(Files(), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task ADownloadThatNeverBeganLeavesNothing()
    {
        bench.Mirror.Always(File, Fault.NotFound);
        await Assert.ThrowsAsync<PackageGoneException>(() => bench.Store().FetchAsync(pin, default));
        Assert.That(Files(), Is.Empty);
    }

    [Test]
    public async Task AConnectionThatIsCutIsNotBlamedOnTheDisk()
    {
        bench.Mirror.Always(File, Fault.Cut(10));
        var error = (await Assert.ThrowsAsync<DownloadException>(() => bench.Store().FetchAsync(pin, default)))!;
        Assert.That(error.Message, Does.Contain("the connection was cut").And.Not.Contain("cannot write"));
    }

    [TestCase("../../etc/passwd")]
    [TestCase("pool//x")]
    [TestCase("/etc/passwd")]
    [TestCase(@"pool\..\x")]
    [TestCase("pool/a\nb")]
    public async Task APathThatLeavesTheArchiveIsRefused(string path)
    {
        var error = (await Assert.ThrowsAsync<DebianException>(() => bench.Store().FetchAsync(pin with { PoolPath = path }, default)))!;
        Assert.That(error.Message, Does.Contain("leave the archive"));
        Assert.That(bench.Mirror.Requests, Is.Empty);
    }

    [Test]
    public async Task ACacheThatIsAFileIsABuildError()
    {
        await System.IO.File.WriteAllTextAsync(bench.CacheFolder, "x");
        var error = (await Assert.CatchAsync<BuildException>(() => bench.Store().FetchAsync(pin, default)))!;
        Assert.That(error.Message, Does.Contain(bench.CacheFolder));
    }

    [Test]
    public async Task APackageThatLeftTheMirrorIsSaidToBeGone()
    {
        bench.Mirror.Always(File, Fault.NotFound);
        var error = (await Assert.ThrowsAsync<PackageGoneException>(() => bench.Store().FetchAsync(pin, default)))!;
        Assert.That(error.Package, Is.EqualTo(pin));
        Assert.That(error.Message, Does.Contain("--target=Lock").And.Contain("foo 1.0 (amd64)"));
    }

    [Test]
    public async Task APackageThatLeftTheMirrorComesFromTheSnapshotArchive()
    {
        var sha1 = new string('a', 40);
        bench.Mirror.Always(File, Fault.NotFound);
        bench.Mirror.Always("/mr/binary/foo/1.0/binfiles", Fault.Gives(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"result":[{"architecture":"arm64","hash":"{{new string('b', 40)}}"},{"architecture":"amd64","hash":"{{sha1}}"}]}""")));
        bench.Mirror.Always($"/file/{sha1}", Fault.Gives(content));
        Assert.That(await System.IO.File.ReadAllBytesAsync(await bench.Store(bench.Mirror.Root).FetchAsync(pin, default)), Is.EqualTo(content));
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
        bench.Mirror.Always(File, Fault.NotFound);
        bench.Mirror.Always("/mr/binary/foo/1.0/binfiles", Fault.Gives(System.Text.Encoding.UTF8.GetBytes(answer)));
        await Assert.ThrowsAsync<PackageGoneException>(() => bench.Store(bench.Mirror.Root).FetchAsync(pin, default));
    }

    [Test]
    public async Task AMirrorThatIsDownDoesNotMakeAPackageGone()
    {
        bench.Mirror.Always(File, Fault.Error);
        await Assert.ThrowsAsync<DownloadException>(() => bench.Store(bench.Mirror.Root).FetchAsync(pin, default));
    }

    [Test]
    public async Task AVersionWithAnEpochAndATildeIsFoundByItsPath()
    {
        var other = bench.Serve("/debian/pool/main/f/foo/foo_1%3a2~b+c_amd64.deb", 10);
        var odd = pin with { PoolPath = "pool/main/f/foo/foo_1%3a2~b+c_amd64.deb", Size = 10, Sha256 = Convert.ToHexStringLower(SHA256.HashData(other)) };
        Assert.That(await System.IO.File.ReadAllBytesAsync(await bench.Store().FetchAsync(odd, default)), Is.EqualTo(other));
    }

    [Test]
    public async Task ALocalPackageMustBeTheOneThatWasLocked()
    {
        var path = Path.Combine(bench.Folder, "own.deb");
        await System.IO.File.WriteAllBytesAsync(path, content);
        var local = pin with { Archive = ArchiveNames.Local, PoolPath = "own.deb" };
        Assert.That(await bench.Store(isOffline: true).FetchAsync(local, default), Is.EqualTo(path));
        await System.IO.File.AppendAllTextAsync(path, "x");
        Assert.That((await Assert.ThrowsAsync<DebianException>(() => bench.Store().FetchAsync(local, default)))!.Message, Does.Contain("not the file that was locked"));
        System.IO.File.Delete(path);
        await Assert.ThrowsAsync<DebianException>(() => bench.Store().FetchAsync(local, default));
    }

    [Test]
    public async Task AllMissingPackagesAreFetchedTogether()
    {
        var pins = Enumerable.Range(0, 12).Select(number =>
        {
            var bytes = bench.Serve($"/debian/pool/{number}.deb", 5000, number);
            return pin with { Name = $"p{number}", PoolPath = $"pool/{number}.deb", Size = 5000, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
        }).ToList();
        await bench.Store().FetchAllAsync(pins.Concat(pins), default);
        Assert.That(bench.Mirror.Requests, Has.Count.EqualTo(12));
        await bench.Store(isOffline: true).FetchAllAsync(pins, default);
    }

    [Test]
    public async Task ADownloadThatAnEarlierRunLeftGoesOnceThisOneHadNoUseForIt()
    {
        await bench.Store().FetchAsync(pin, default);
        var (dead, young, held) = (Files()[0] + AtomicFile.TemporarySuffix, Files()[0] + "1" + AtomicFile.TemporarySuffix, Files()[0] + "2" + AtomicFile.TemporarySuffix);
        var begun = DateTime.UtcNow;
        foreach (var leftover in new[] { dead, young, held })
        {
            await System.IO.File.WriteAllTextAsync(leftover, "x");
            System.IO.File.SetLastWriteTimeUtc(leftover, leftover == young ? begun.AddSeconds(1) : begun.AddMinutes(-1));
        }

        var cache = new ArchiveCache(bench.CacheFolder);
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
        using var disk = new Faults.SmallDisk(bench.CacheFolder, "size=16k");
        var error = (await Assert.CatchAsync<BuildException>(() => bench.Store().FetchAsync(pin, default)))!;
        Assert.That(error.ToString(), Does.Contain("No space left").And.Contain("nothing half-written is left"));
        Assert.That(Files(), Is.Empty);
    }

    [Test]
    public async Task OneWrongBitOnTheWayIsFetchedOnceMore()
    {
        var damaged = (byte[])content.Clone();
        damaged[content.Length / 2] ^= 4;
        bench.Mirror.Once(File, Fault.Gives(damaged));
        Assert.That(await System.IO.File.ReadAllBytesAsync(await bench.Store().FetchAsync(pin, default)), Is.EqualTo(content));
        Assert.That(bench.Mirror.Requests, Has.Count.EqualTo(2));
        Assert.That(bench.Board.Warnings.Single(), Does.Contain("arrived damaged").And.Contain(bench.Mirror.Url(File).ToString()));
    }

    [Test]
    public async Task AFileThatIsAlwaysWrongIsAskedForTwiceAndNoMore()
    {
        bench.Mirror.Always(File, Fault.Gives(new byte[content.Length]));
        await Assert.ThrowsAsync<ChecksumException>(() => bench.Store().FetchAsync(pin, default));
        Assert.That(bench.Mirror.Requests, Has.Count.EqualTo(2));
        Assert.That(Files(), Is.Empty);
    }

    private string[] Files() => Directory.Exists(bench.CacheFolder) ? Directory.GetFiles(bench.CacheFolder, "*", SearchOption.AllDirectories) : [];
}
