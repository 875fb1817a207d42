using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Tests.Oci.Layout;
using CsCheck;

namespace BusyboxGlibc.Tests.Oci.Layers;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SegmentCacheTests
{
    private static readonly byte[] _content = TestImages.Compressible(2_000_000);
    private static readonly byte[] _plain = Compress(_content, null);

    [Test]
    public void KeptSegmentsGiveTheBytesOfCompressingAnew()
    {
        using var folder = new TemporaryFolder();
        Assert.That(Compress(_content, folder.Path).AsSpan().SequenceEqual(_plain), "nothing kept yet");
        Assert.That(Files(folder), Is.Not.Empty);
        Assert.That(Compress(_content, folder.Path).AsSpan().SequenceEqual(_plain), "everything kept");
    }

    [Test]
    public void AnAddedMemberLeavesMostSegments()
    {
        using var folder = new TemporaryFolder();
        Compress(_content, folder.Path);
        var before = Files(folder).Length;
        byte[] longer = [.. _content[..(512 * 1000)], .. new byte[512 * 3], .. _content[(512 * 1000)..]];
        var kept = Compress(longer, folder.Path);
        Assert.That(kept.AsSpan().SequenceEqual(Compress(longer, null)));
        Assert.That(before, Is.GreaterThan(4));
        Assert.That(Files(folder), Has.Length.AtMost(before + 3));
    }

    [TestCase("changed")]
    [TestCase("cut")]
    [TestCase("emptied")]
    [TestCase("exchanged")]
    [TestCase("longer")]
    public void ADamagedSegmentIsMadeAnewAndNeverBelieved(string damage)
    {
        using var folder = new TemporaryFolder();
        Compress(_content, folder.Path);
        var files = Files(folder);
        var good = files.ToDictionary(path => path, File.ReadAllBytes);
        for (var i = 0; i < files.Length; i++)
        {
            var bytes = good[files[i]];
            File.WriteAllBytes(files[i], damage switch
            {
                "cut" => bytes[..^1],
                "emptied" => [],
                "longer" => [.. bytes, 0],
                "exchanged" => good[files[(i + 1) % files.Length]],
                _ => [.. bytes[..50], (byte)~bytes[50], .. bytes[51..]],
            });
        }

        Assert.That(Compress(_content, folder.Path).AsSpan().SequenceEqual(_plain));
        Assert.That(files.All(path => File.ReadAllBytes(path).AsSpan().SequenceEqual(good[path])), "and made again");
    }

    [Test]
    public void AFolderThatCannotBeWrittenToIsNoError()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "not a folder");
        Assert.That(Compress(_content, folder["file"]).AsSpan().SequenceEqual(_plain));
    }

    [Test]
    public void ManyThreadsMayUseOneShelf()
    {
        using var folder = new TemporaryFolder();
        var right = new bool[8];
        Parallel.For(0, right.Length, index => right[index] = Compress(_content, folder.Path).AsSpan().SequenceEqual(_plain));
        Assert.That(right, Has.All.True);
        Assert.That(Directory.EnumerateFiles(folder.Path, "*.partial"), Is.Empty);
    }

    [Test]
    public void AnyContentOfAnyLengthComesBack() =>
        Gen.Select(Gen.Int[0, 3_000_000], Gen.Int[0, 255], Gen.Bool).Sample(
            (length, seed, isRandom) =>
            {
                var content = new byte[length];
                if (isRandom)
                {
                    new Random(seed).NextBytes(content);
                }
                else
                {
                    Array.Fill(content, (byte)seed);
                }

                using var back = new MemoryStream();
                using var gzip = new System.IO.Compression.GZipStream(new MemoryStream(Compress(content, null)), System.IO.Compression.CompressionMode.Decompress);
                gzip.CopyTo(back);
                return back.ToArray().AsSpan().SequenceEqual(content);
            },
            iter: 12);

    private static string[] Files(TemporaryFolder folder) => [.. Directory.EnumerateFiles(folder.Path).Order(StringComparer.Ordinal)];

    private static byte[] Compress(byte[] content, string? folder)
    {
        using var output = new MemoryStream();
        LayerCompressor.Compress(stream => stream.Write(content), output, folder is null ? null : new SegmentCache(folder));
        return output.ToArray();
    }
}
