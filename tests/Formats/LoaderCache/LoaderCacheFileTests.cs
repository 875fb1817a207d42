using BusyboxGlibc.Formats.LoaderCache;

namespace BusyboxGlibc.Tests.Formats.LoaderCache;

/// <summary>The format alone; that it is ldconfig's own is shown with the images.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LoaderCacheFileTests
{
    private static readonly LoaderCacheEntry[] _sample =
    [
        new("libz.so.1", "/usr/local/lib/libz.so.1", 0x303), new("libz.so.1", "/lib/libz.so.1", 0x303), new("libfoo.so.10", "/lib/libfoo.so.10", 0x303),
        new("libfoo.so.9", "/lib/libfoo.so.9", 0x303), new("libfoo.so.9", "/lib/glibc-hwcaps/x86-64-v3/libfoo.so.9", 0x303, "x86-64-v3", 2),
        new("libfoo.so.9", "/lib/glibc-hwcaps/x86-64-v2/libfoo.so.9", 0x303, "x86-64-v2"), new("libfoo.so.9", "/lib32/libfoo.so.9", 3),
    ];

    [TestCase(false)]
    [TestCase(true)]
    public void WhatIsWrittenIsReadBackInTheLoadersOrder(bool isBigEndian)
    {
        var read = LoaderCacheFile.Read(LoaderCacheWriter.Write(_sample, isBigEndian, "test"), isBigEndian);
        Assert.That(read, Is.EqualTo(new[] { _sample[0], _sample[1], _sample[2], _sample[5], _sample[4], _sample[3], _sample[6] }).AsCollection);
        Assert.That(
            () => LoaderCacheFile.Read(LoaderCacheWriter.Write(_sample, isBigEndian, "test"), !isBigEndian), Throws.TypeOf<LoaderCacheException>().With.Message.Contains("byte order"));
    }

    [Test]
    public void AnEmptyCacheIsOne() => Assert.That(LoaderCacheFile.Read(LoaderCacheWriter.Write([], false, ""), false), Is.Empty);

    [TestCase("libfoo.so.9", "libfoo.so.10", -1)]
    [TestCase("libfoo.so.010", "libfoo.so.10", 0)]
    [TestCase("libfoo.so", "libfoo.so.1", -1)]
    [TestCase("libfoo1.so", "libfooa.so", 1)]
    [TestCase("libfoo-1.so", "libfoo1.so", -1)]
    [TestCase("lib99999999999999999999.so", "lib100000000000000000000.so", -1)]
    public void NumbersInNamesCompareAsNumbers(string left, string right, int order)
    {
        Assert.That(Math.Sign(LoaderCacheOrder.Names.Compare(left, right)), Is.EqualTo(order));
        Assert.That(Math.Sign(LoaderCacheOrder.Names.Compare(right, left)), Is.EqualTo(-order));
    }

    [Test]
    public void AStringThatAnotherEndsWithTakesNoRoom()
    {
        var one = LoaderCacheWriter.Write([new("libz.so.1", "/lib/libz.so.1", 3)], false, "");
        var other = LoaderCacheWriter.Write([new("libz.so.1", "/lib/libz.so.2", 3)], false, "");
        Assert.That(other, Has.Length.GreaterThan(one.Length));
    }

    [Test]
    public void DamagedBytesAreReadOrRefusedAndNothingElse()
    {
        var good = LoaderCacheWriter.Write(_sample, false, "ldconfig");
        var random = new Random(20261126);
        for (var round = 0; round < 20000; round++)
        {
            var bytes = good.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            bytes = random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
            try
            {
                LoaderCacheFile.Read(bytes, false);
            }
            catch (LoaderCacheException)
            {
                // Said what is wrong.
            }
        }
    }

    [Test]
    public void ADeclaredSizeTakesNoMemoryAndNoTimeByItself()
    {
        var bytes = LoaderCacheWriter.Write(_sample, false, "ldconfig");
        bytes.AsSpan(20, 4).Fill(0xFF);
        Assert.That(() => LoaderCacheFile.Read(bytes, false), Throws.TypeOf<LoaderCacheException>().With.Message.Contains("more than the file can hold"));
        Assert.That(() => LoaderCacheFile.Read("ld.so-1.7.0"u8, false), Throws.TypeOf<LoaderCacheException>().With.Message.Contains("new format"));
    }
}
