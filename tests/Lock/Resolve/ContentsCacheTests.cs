using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ContentsCacheTests
{
    private static readonly Platform[] _two = [Locks.Amd64, Locks.Armel];

    private static FakeArchive Made() => ResolverTests.Archive(_two).Add(_two, platform => ResolverTests.LibZ(platform));

    private static async Task<string> LockAsync(FakeArchive archive, string? cache) => LockFile.Serialize(
        await archive.ResolveAsync(_two, [Locks.Library("libz")], cache: cache is null ? null : new ContentsCache(cache)));

    [Test]
    public async Task WhatIsKeptGivesTheSameLockAndFetchesNothing()
    {
        using var cache = new TemporaryFolder();
        using var archive = Made();
        var plain = await LockAsync(archive, null);
        Assert.That(await LockAsync(archive, cache.Path), Is.EqualTo(plain), "nothing kept yet");
        archive.Fetched.Clear();
        Assert.That(await LockAsync(archive, cache.Path), Is.EqualTo(plain), "everything kept");
        Assert.That(archive.Fetched, Is.Empty);
    }

    [TestCase("changed")]
    [TestCase("cut")]
    [TestCase("emptied")]
    [TestCase("exchanged")]
    public async Task ADamagedEntryIsMadeAnewAndNeverBelieved(string damage)
    {
        using var cache = new TemporaryFolder();
        using var archive = Made();
        var plain = await LockAsync(archive, cache.Path);
        var entries = Entries(cache);
        var good = entries.ToDictionary(path => path, File.ReadAllBytes);
        for (var i = 0; i < entries.Length; i++)
        {
            var bytes = good[entries[i]];
            var changed = bytes.ToArray();
            changed[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(entries[i], damage switch
            {
                "cut" => bytes[..^1],
                "emptied" => [],
                "exchanged" => good[entries[(i + 1) % entries.Length]],
                _ => changed,
            });
        }

        Assert.That(await LockAsync(archive, cache.Path), Is.EqualTo(plain));
        Assert.That(entries.All(path => File.ReadAllBytes(path).AsSpan().SequenceEqual(good[path])), "and made again");
    }

    [Test]
    public async Task AFolderThatCannotBeWrittenToIsNoError()
    {
        using var cache = new TemporaryFolder();
        using var archive = Made();
        await File.WriteAllTextAsync(cache.File("derived"), "not a folder");
        Assert.That(await LockAsync(archive, cache.Path), Is.EqualTo(await LockAsync(archive, null)));
    }

    private static string[] Entries(TemporaryFolder cache) => [.. Directory.GetFiles(cache.File("derived/contents")).Order(StringComparer.Ordinal)];
}
