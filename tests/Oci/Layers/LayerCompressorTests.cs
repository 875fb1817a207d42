using System.IO.Compression;
using System.Security.Cryptography;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Tests.Oci.Layout;
using CsCheck;

namespace BusyboxGlibc.Tests.Oci.Layers;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LayerCompressorTests
{
    private static readonly byte[] _input = TestImages.Compressible(1_500_000);

    [Test]
    public void TheInputOfThePinnedTestIsWhatItWas() =>
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(_input)), Is.EqualTo("2288325000260e1a1c3be21aee1cd9cced274824820c90726fcbabcb30648b5d"));

    [Test]
    public void TheBytesOfTheCompressedFormNeverChangeWithoutANewCompressorId()
    {
        var (layer, gzip) = Compress(_input);
        Assert.That(LayerCompressor.Id, Is.EqualTo("szl-1.4.2-l5-s1"));
        Assert.That(layer.Digest, Is.EqualTo("sha256:02f5b4c7b4da102fec8e506a451e2837755c165bc59ea4f1f4c1bace4e88e533"));
        Assert.That(layer.Size, Is.EqualTo(gzip.Length).And.LessThan(_input.Length));
    }

    [Test]
    public void BothDigestsAndSizesAreThoseOfTheBytes()
    {
        var (layer, gzip) = Compress(_input);
        Assert.That(layer.DiffId, Is.EqualTo("sha256:" + Convert.ToHexStringLower(SHA256.HashData(_input))));
        Assert.That(layer.Digest, Is.EqualTo("sha256:" + Convert.ToHexStringLower(SHA256.HashData(gzip))));
        Assert.That((layer.UncompressedSize, layer.Size), Is.EqualTo(((long)_input.Length, (long)gzip.Length)));
    }

    [Test]
    public void TheHeaderHasNoTimeNoNameAndNoSystem()
    {
        var (_, gzip) = Compress([1, 2, 3]);
        Assert.That(gzip[..10], Is.EqualTo(new byte[] { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 }));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(131_072)]
    [TestCase(131_073)]
    [TestCase(1_500_000)]
    public void WhatWasCompressedComesBack(int length)
    {
        var (_, gzip) = Compress(_input[..length]);
        using var back = new MemoryStream();
        using (var stream = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress))
        {
            stream.CopyTo(back);
        }

        Assert.That(back.ToArray().AsSpan().SequenceEqual(_input.AsSpan(0, length)));
    }

    [Test]
    public void HowTheContentArrivesDoesNotMatter()
    {
        var whole = Compress(_input[..700_000]).Layer;
        Gen.Int[1, 200_000].Array[1, 12].Sample(
            cuts =>
            {
                var layer = LayerCompressor.Compress(
                    stream =>
                    {
                        for (int at = 0, turn = 0; at < 700_000; turn++)
                        {
                            var length = Math.Min(cuts[turn % cuts.Length], 700_000 - at);
                            stream.Write(_input, at, length);
                            stream.Flush();
                            at += length;
                        }
                    },
                    Stream.Null);
                return layer == whole;
            },
            iter: 10);
    }

    [Test]
    public void DifferentContentHasDifferentDigests()
    {
        var other = _input[..1000];
        other[500] ^= 1;
        var (first, second) = (Compress(_input[..1000]).Layer, Compress(other).Layer);
        Assert.That(second.DiffId, Is.Not.EqualTo(first.DiffId));
        Assert.That(second.Digest, Is.Not.EqualTo(first.Digest));
    }

    [Test]
    [Category(Categories.Integration)]
    public async Task GzipAndPythonReadIt()
    {
        Requires.Tool("gzip");
        Requires.Tool("python3");
        using var folder = new TemporaryFolder();
        var (layer, gzip) = Compress(_input);
        await File.WriteAllBytesAsync(folder["layer.gz"], gzip);
        await Tool.Run("gzip", "--test", folder["layer.gz"]);
        var hash = await Tool.Run(
            "python3", "-c", "import gzip,hashlib,sys; print(hashlib.sha256(gzip.open(sys.argv[1]).read()).hexdigest())", folder["layer.gz"]);
        Assert.That("sha256:" + hash.Trim(), Is.EqualTo(layer.DiffId));
    }

    private static (CompressedLayer Layer, byte[] Gzip) Compress(byte[] content)
    {
        using var output = new MemoryStream();
        var layer = LayerCompressor.Compress(new MemoryStream(content), output);
        return (layer, output.ToArray());
    }
}
