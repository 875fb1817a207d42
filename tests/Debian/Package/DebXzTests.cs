using System.Diagnostics;
using System.Security.Cryptography;
using BusyboxGlibc.Formats.Xz;

namespace BusyboxGlibc.Tests.Debian.Package;

/// <summary>The xz decoder, with the program xz as the other side.</summary>
[Category(Categories.Integration)]
internal sealed class DebXzTests
{
    private const int Most = 96 << 20;

    [TestCase("-6")]
    [TestCase("-0")]
    [TestCase("-9e")]
    [TestCase("--check=crc32")]
    [TestCase("--check=sha256")]
    [TestCase("--check=none")]
    [TestCase("--block-size=100000")]
    [TestCase("-T2 --block-size=70000")]
    [TestCase("--lzma2=dict=4KiB,lc=0,lp=4,pb=0")]
    [TestCase("--lzma2=dict=5000,lc=4,lp=0,pb=4")]
    [TestCase("--lzma2=dict=64KiB,mode=fast,nice=4")]
    public void WhatXzPacksComesOutTheSame(string options)
    {
        var data = Sample(3_000_000);
        Assert.That(Sum(Unpacked(Xz(options, data), Most)), Is.EqualTo(Sum(data)));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(70_000)]
    [TestCase(9_000_000)]
    public void AnyLengthComesOutTheSame(int length)
    {
        var data = Sample(length);
        Assert.That(Sum(Unpacked(Xz("-1", data), Most)), Is.EqualTo(Sum(data)));
    }

    [Test]
    public void StreamsOneAfterTheOtherArePutTogetherAndPaddingBetweenThemIsSkipped()
    {
        byte[] one = Xz("-6", Sample(5000)), two = Xz("-0 --check=crc32", Sample(700));
        Assert.That(Unpacked([.. one, .. two], Most), Is.EqualTo((byte[])[.. Sample(5000), .. Sample(700)]));
        Assert.That(Unpacked([.. one, .. new byte[8], .. two, .. new byte[4]], Most), Has.Length.EqualTo(5700));
        Assert.Throws<InvalidDataException>(() => Unpacked([.. one, .. new byte[3], .. two], Most));
        Assert.Throws<InvalidDataException>(() => Unpacked([.. one, .. new byte[3]], Most));
        Assert.Throws<InvalidDataException>(() => Unpacked([.. one, 1, 2, 3, 4], Most));
    }

    [TestCase("--check=crc32")]
    [TestCase("--check=crc64")]
    [TestCase("--check=sha256")]
    public void AnyOneBitChangedIsNoticed(string check)
    {
        var packed = Xz("-6 --block-size=600 " + check, Sample(1500));
        for (var bit = 0; bit < packed.Length * 8; bit++)
        {
            packed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<InvalidDataException>(() => Unpacked(packed, Most), $"bit {bit}");
            packed[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Test]
    public void ALargerDictionaryThanAcceptedIsRefusedAndALargeOneCostsNothingUntilItIsFilled()
    {
        var packed = Xz("--lzma2=dict=64MiB", Sample(100_000));
        Assert.Throws<InvalidDataException>(() => Unpacked(packed, 32 << 20));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Unpacked(packed, Most), Has.Length.EqualTo(100_000));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(2 << 20));
    }

    // Many blocks of a few bytes: 6.1 GB were allocated for 860 KB, when each had buffers of its own.
    [TestCase("--check=crc64")]
    [TestCase("--check=crc32")]
    [TestCase("--check=sha256")]
    public void BlocksOfAFewBytesCostWhatTheyHold(string check)
    {
        var data = Sample(60_000);
        var packed = Xz($"-0 --block-size=4 {check}", data);

        // Code that is not optimized yet allocates some hundred bytes for each of the 15,000 blocks.
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Unpacked(packed, Most), Is.EqualTo(data));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(16 << 20));
    }

    [Test]
    public void StreamsOfAFewBytesCostWhatTheyHold()
    {
        var one = Xz("-0", [1]);
        var packed = Enumerable.Repeat(one, 10_000).SelectMany(stream => stream).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Unpacked(packed, Most), Has.Length.EqualTo(10_000));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 << 20));
    }

    [Test]
    public void OtherFiltersAreRefused() =>
        Assert.That(() => Unpacked(Xz("--x86 --lzma2", Sample(1000)), Most), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("filter"));

    /// <summary>Compressible, with literals, short and long matches, and pieces that do not compress at all.</summary>
    private static byte[] Sample(int length)
    {
        var random = new Random(42);
        var data = new byte[length];
        for (var at = 0; at < length;)
        {
            var piece = Math.Min(length - at, random.Next(1, 3000));
            var span = data.AsSpan(at, piece);
            switch (random.Next(4))
            {
                case 0:
                    random.NextBytes(span);
                    break;
                case 1:
                    span.Fill((byte)random.Next(256));
                    break;
                case 2 when at > piece:
                    data.AsSpan(random.Next(at - piece), piece).CopyTo(span);
                    break;
                default:
                    for (var i = 0; i < piece; i++)
                    {
                        span[i] = (byte)"etaoin shrdlu"[random.Next(13)];
                    }

                    break;
            }

            at += piece;
        }

        return data;
    }

    private static byte[] Unpacked(byte[] packed, int most)
    {
        using var stream = new XzStream(new MemoryStream(packed), most);
        using var whole = new MemoryStream();
        stream.CopyTo(whole, 10_007);
        return whole.ToArray();
    }

    private static string Sum(byte[] data) => Convert.ToHexString(SHA256.HashData(data));

    private static byte[] Xz(string options, byte[] data)
    {
        Requires.Tool("xz");
        var start = new ProcessStartInfo("xz", [.. options.Split(' '), "--stdout", "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var feed = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(data);
            process.StandardInput.Close();
        });
        using var packed = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(packed);
        feed.GetAwaiter().GetResult();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero);
        return packed.ToArray();
    }
}
