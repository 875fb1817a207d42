using System.Security.Cryptography;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Tests.Rootfs;

namespace BusyboxGlibc.Tests.Debian.Package;

[Category(Categories.Unit)]
internal sealed class PackageCacheTests
{
    [Test]
    public async Task WhatIsKeptGivesTheSameTreeWithoutThePackage()
    {
        using var cache = new TemporaryFolder();
        using var packages = Made();
        var plain = await TarAsync(packages, null);
        Assert.That(await TarAsync(packages, cache.Path), Is.EqualTo(plain), "nothing kept yet");
        packages.Damage();
        Assert.That(await TarAsync(packages, cache.Path), Is.EqualTo(plain), "everything kept");
    }

    [Test]
    public async Task AContentThatIsDamagedAfterItWasFoundIsReadFromThePackage()
    {
        using var cache = new TemporaryFolder();
        using var packages = Made();
        var plain = await TarAsync(packages, null);
        await TarAsync(packages, cache.Path);
        var tree = await packages.AssembleAsync(new PackageCache(cache.Path));
        var entries = Entries(cache);
        var good = entries.ToDictionary(path => path, File.ReadAllBytes);
        foreach (var path in entries)
        {
            // The contents stand before the table.
            using var file = File.OpenWrite(path);
            file.Write(new byte[4]);
        }

        GC.Collect();
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(tree.Tar())), Is.EqualTo(plain));
        Assert.That(await TarAsync(packages, cache.Path), Is.EqualTo(plain));
        Assert.That(entries.All(path => File.ReadAllBytes(path).AsSpan().SequenceEqual(good[path])), "and made again, once somebody looked");
    }

    [Test]
    public async Task AContentThatIsLostAfterItWasFoundIsReadFromThePackage()
    {
        using var cache = new TemporaryFolder();
        using var packages = Made();
        var plain = await TarAsync(packages, null);
        var tree = await packages.AssembleAsync(new PackageCache(cache.Path));
        Directory.Delete(cache.File("derived"), recursive: true);
        await File.WriteAllTextAsync(cache.File("derived"), "not a folder");
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(tree.Tar())), Is.EqualTo(plain));
    }

    [TestCase("changed")]
    [TestCase("cut")]
    [TestCase("emptied")]
    [TestCase("exchanged")]
    [TestCase("longer")]
    public async Task ADamagedEntryIsMadeAnewAndNeverBelieved(string damage)
    {
        using var cache = new TemporaryFolder();
        using var packages = Made();
        var plain = await TarAsync(packages, cache.Path);
        var entries = Entries(cache);
        var good = entries.ToDictionary(path => path, File.ReadAllBytes);
        for (var i = 0; i < entries.Length; i++)
        {
            var bytes = good[entries[i]];
            var bad = damage switch
            {
                "cut" => bytes[..^1],
                "emptied" => [],
                "longer" => [.. bytes, 0],
                "exchanged" => good[entries[(i + 1) % entries.Length]],
                _ => Flip(bytes),
            };
            File.WriteAllBytes(entries[i], bad);
        }

        Assert.That(await TarAsync(packages, cache.Path), Is.EqualTo(plain));
        Assert.That(entries.All(path => File.ReadAllBytes(path).AsSpan().SequenceEqual(good[path])), "and made again");
    }

    [Test]
    public async Task OtherFilesOfAPackageAreFoundInTheSameEntry()
    {
        using var cache = new TemporaryFolder();
        using var packages = Made();
        packages.Add("libfoo", Trees.File("usr/lib/x86_64-linux-gnu/libfoo.so.1", "foo"), Trees.File("etc/foo.conf", "x"));
        packages.Forget("libfoo", "/etc/foo.conf");
        await TarAsync(packages, cache.Path);
        packages.LockAll("libfoo");
        var plain = await TarAsync(packages, null);
        packages.Damage();
        Assert.That(await TarAsync(packages, cache.Path), Is.EqualTo(plain));
    }

    [Test]
    public async Task AFolderThatCannotBeWrittenToIsNoError()
    {
        using var cache = new TemporaryFolder();
        using var packages = Made();
        await File.WriteAllTextAsync(cache.File("derived"), "not a folder");
        Assert.That(await TarAsync(packages, cache.Path), Is.EqualTo(await TarAsync(packages, null)));
    }

    [Test]
    public async Task ManyMayUseOneShelfAtOnce()
    {
        using var cache = new TemporaryFolder();
        using var packages = Made();
        var plain = await TarAsync(packages, null);
        var tars = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => TarAsync(packages, cache.Path))));
        Assert.That(tars, Has.All.EqualTo(plain));
        Assert.That(Directory.EnumerateFiles(cache.Path, "*.partial", SearchOption.AllDirectories), Is.Empty);
    }

    private static MadePackages Made()
    {
        var packages = new MadePackages();
        packages.Add("libfoo", Trees.File("usr/lib/x86_64-linux-gnu/libfoo.so.1", new string('f', 70_000)));
        return packages;
    }

    private static async Task<string> TarAsync(MadePackages packages, string? cache) =>
        Convert.ToHexStringLower(SHA256.HashData((await packages.AssembleAsync(cache is null ? null : new PackageCache(cache))).Tar()));

    private static string[] Entries(TemporaryFolder cache) =>
        [.. Directory.EnumerateFiles(cache.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static byte[] Flip(byte[] bytes)
    {
        var flipped = bytes.ToArray();
        flipped[flipped.Length / 2] ^= 1;
        return flipped;
    }
}
