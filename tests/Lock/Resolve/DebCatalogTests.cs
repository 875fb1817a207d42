using System.Security.Cryptography;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Debian.Package;

namespace BusyboxGlibc.Tests.Lock.Resolve;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DebCatalogTests
{
    // Mirrors answer within milliseconds for what they have; for what they lack, some first ask the next one, for seconds.
    [Test]
    [CancelAfter(30_000)]
    public async Task ACachedPackageDoesNotWaitForThoseThatTheMirrorIsSlowToDeny(CancellationToken cancellation)
    {
        using var bench = new ArchiveBench();
        using var store = bench.Store();
        var cached = Pin("cached", DebMaker.DebOf(DebMaker.File("./usr/share/doc/cached/copyright", "text")));
        var path = new ArchiveCache(bench.CacheFolder).PathOf(cached.Pin.Sha256);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, cached.Content, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var catalog = new DebCatalog(store, null, null, bench.Folder, 2, stop.Token);
        foreach (var number in Enumerable.Range(0, 20))
        {
            var absent = Pin($"absent{number}", [(byte)number]).Pin;
            bench.Mirror.Always("/debian/" + absent.PoolPath, Fault.Stall);
            catalog.Prefetch(absent);
        }

        while (bench.Mirror.Requests.Count < 8)
        {
            await Task.Delay(10, cancellation);
        }

        var contents = await catalog.ReadAsync(cached.Pin).WaitAsync(cancellation);
        Assert.That(contents.Members.Select(member => member.Path), Does.Contain("/usr/share/doc/cached/copyright"));
        Assert.That(bench.Mirror.Requests, Has.Count.EqualTo(8), "a mirror is asked by at most eight connections");
        await stop.CancelAsync();
    }

    private static (PinnedPackage Pin, byte[] Content) Pin(string name, byte[] content) =>
        (new PinnedPackage(name, "1.0", "amd64", name, "1.0", ArchiveNames.Main, $"pool/main/{name}_1.0_amd64.deb", content.Length, Convert.ToHexStringLower(SHA256.HashData(content))), content);
}
