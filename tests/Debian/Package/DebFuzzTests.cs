using System.Diagnostics;
using BusyboxGlibc.Debian;
using static BusyboxGlibc.Tests.Debian.Package.DebMaker;

namespace BusyboxGlibc.Tests.Debian.Package;

/// <summary>Thousands of damaged package files: each is read or refused with the room's error, fast and in bounded memory.</summary>
[Category(Categories.Faults)]
internal sealed class DebFuzzTests
{
    private const long MostAllocated = 48L << 20;
    private const int Rounds = 3000;

    private static readonly byte[] _data = Tar(
        Folder("./"),
        Folder("./usr/"),
        File("./usr/a", "alpha"),
        Link("./usr/b", "../usr/a"),
        Link("./usr/c", "./usr/a", '1'),
        Member("././@LongLink", 'L', "./usr/a-long-name-for-a-file\0"u8.ToArray()),
        File("./usr/cut", new string('y', 700)),
        DebSafetyTests.Pax("path=./usr/pax", "size=3", "mtime=12.5"),
        File("./usr/d", "abc"));

    private static readonly byte[] _real =
        System.IO.File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Data", "Debian", "libmnl0_1.0.5-3_amd64.deb"));

    [TestCase("", 1)]
    [TestCase(".gz", 2)]
    [TestCase(".xz", 3)]
    [TestCase(".zst", 4)]
    public void ADamagedPackageIsReadOrRefused(string compression, int seed)
    {
        var deb = Deb(_data, compression);
        Fuzz(seed, random => Damaged(random, deb));
    }

    [Test]
    public void ADamagedRealPackageIsReadOrRefused() => Fuzz(5, random => Damaged(random, _real));

    [Test]
    public void ADamagedLzmaStreamInsideAnIntactPackageIsReadOrRefused()
    {
        // The last member is data.tar.xz; it starts after the header that carries its name.
        var start = _real.AsSpan().LastIndexOf("data.tar.xz"u8) + 60;
        var xz = _real[start..];
        Fuzz(6, random =>
        {
            var copy = (byte[])xz.Clone();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                copy[random.Next(24, copy.Length)] = (byte)random.Next(256);
            }

            return [.. _real[..start], .. copy];
        });
    }

    [TestCase("", 7)]
    [TestCase(".gz", 8)]
    [TestCase(".xz", 9)]
    [TestCase(".zst", 10)]
    public void ADamagedTarWithRightChecksumsIsReadOrRefused(string compression, int seed) => Fuzz(seed, random =>
    {
        var tar = Repaired(Damaged(random, _data));
        return random.Next(3) == 0 ? Deb(_data, compression, Repaired(Damaged(random, Control))) : Deb(tar, compression);
    });

    [Test]
    public void ADamagedControlFileIsReadOrRefused() => Fuzz(11, random =>
        Deb(_data, control: Tar(Member("./control", '0', Damaged(random, System.Text.Encoding.UTF8.GetBytes(ControlText))))));

    [Test]
    public void ADamagedXzHeaderWithRightChecksumIsReadOrRefused()
    {
        var body = new byte[1][];
        Fuzz(12, random =>
        {
            body[0] = Xz(_data, (byte)random.Next(64));
            return Ar(("debian-binary", "2.0\n"u8.ToArray()), ("control.tar", Control), ("data.tar.xz", random.Next(2) == 0 ? body[0] : [.. body[0], .. body[0]]));
        });
    }

    private static void Fuzz(int seed, Func<Random, byte[]> make)
    {
        var random = new Random(seed);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var deb = make(random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            try
            {
                DebReading.Drain(deb);
            }
            catch (DebianException error)
            {
                refused++;
                if (!error.Message.Contains("test.deb", StringComparison.Ordinal))
                {
                    Assert.Fail($"round {round}: {error.Message} names no file");
                }
            }
            catch (Exception error)
            {
                Assert.Fail($"round {round}: {error}");
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > MostAllocated || watch.Elapsed > TimeSpan.FromSeconds(10))
            {
                Assert.Fail($"round {round}: {allocated} bytes allocated in {watch.Elapsed}");
            }
        }

        Assert.That(refused, Is.GreaterThan(Rounds / 10));
    }

    /// <summary>One to six changes: bits, bytes with a meaning somewhere, pieces removed, doubled or moved, the end cut off.</summary>
    private static byte[] Damaged(Random random, byte[] original)
    {
        var bytes = new List<byte>(original);
        for (var change = random.Next(1, 7); change > 0 && bytes.Count > 1; change--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, random.Next(2, 1024)), bytes.Count - at);
            switch (random.Next(12))
            {
                case < 5:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case < 8:
                    bytes[at] = "\0\u0001 /.0179=SLKxg\n\u007f\u0080\u00ff"[random.Next(19)] is var c ? (byte)c : (byte)0;
                    break;
                case 8:
                    bytes.RemoveRange(at, length);
                    break;
                case 9:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 10:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                default:
                    if (random.Next(4) == 0)
                    {
                        bytes.RemoveRange(at, bytes.Count - at);
                    }

                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Gives every block that looks like a tar header the right checksum, so that the damage gets past it.</summary>
    private static byte[] Repaired(byte[] tar)
    {
        for (var at = 0; at + 512 <= tar.Length; at += 512)
        {
            if (tar.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))
            {
                WithChecksum(tar, at);
            }
        }

        return tar;
    }
}
