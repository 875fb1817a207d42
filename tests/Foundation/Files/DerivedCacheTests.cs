using BusyboxGlibc.Foundation.Files;
using CsCheck;

namespace BusyboxGlibc.Tests.Foundation.Files;

/// <summary>Results that can be made again: what is not whole, or is not what was asked for, is not there.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DerivedCacheTests
{
    [Test]
    public void WhatWasKeptIsFoundAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        var cache = new DerivedCache(folder["entries"], 1000);
        Assert.That(Find(cache, "one"), Is.Null);
        cache.Keep("one", writer => writer.Write("first"));
        cache.Keep("two", writer => writer.Write("second"));
        Assert.That((Find(cache, "one"), Find(cache, "two"), Find(cache, "three")), Is.EqualTo(("first", "second", (string?)null)));
        File.Move(folder["entries/one"], folder["entries/two"], overwrite: true);
        Assert.That(Find(cache, "two"), Is.Null, "another's content");
        cache.Keep("long", writer => writer.Write(new string('x', 2000)));
        Assert.That(Find(cache, "long"), Is.Null, "above the limit");
        cache.Keep("more", writer => { writer.Write("text"); writer.Write(1); });
        Assert.That(Find(cache, "more"), Is.Null, "not read to its end");
    }

    [Test]
    public void ADamagedEntryIsNotThere()
    {
        using var folder = new TemporaryFolder();
        var cache = new DerivedCache(folder.Path, 1000);
        cache.Keep("one", writer => writer.Write("first"));
        var whole = File.ReadAllBytes(folder["one"]);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[1, 255]).Sample((at, change) =>
        {
            var damaged = whole.ToArray();
            damaged[at] ^= (byte)change;
            File.WriteAllBytes(folder["one"], damaged);
            return Find(cache, "one") is null;
        }, iter: 300, threads: 1);
        File.WriteAllBytes(folder["one"], whole[..^1]);
        Assert.That(Find(cache, "one"), Is.Null, "cut short");
    }

    private static string? Find(DerivedCache cache, string key) => cache.Find(key, reader => reader.ReadString());
}
