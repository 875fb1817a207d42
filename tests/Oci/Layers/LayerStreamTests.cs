using System.IO.Compression;
using System.Security.Cryptography;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using ZstdSharp;

namespace BusyboxGlibc.Tests.Oci.Layers;

/// <summary>Layers as other programs compress them, and damaged ones.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LayerStreamTests
{
    private static readonly byte[] _tar = [.. Enumerable.Range(0, 200_000).Select(number => (byte)(number * number >> 7))];

    [TestCase(MediaTypes.LayerTar)]
    [TestCase(MediaTypes.DockerLayerTar)]
    [TestCase(MediaTypes.LayerGzip)]
    [TestCase(MediaTypes.DockerLayer)]
    [TestCase(MediaTypes.LayerZstd)]
    [TestCase(MediaTypes.DockerLayerZstd)]
    public void EveryCompressionOfEnginesIsRead(string mediaType)
    {
        Assert.That(Read(Compress(mediaType, _tar), mediaType, isOneMember: false), Is.EqualTo(_tar));
        var cut = Compress(mediaType, _tar)[..^20];
        Assert.That(() => Read(cut, mediaType, isOneMember: false), Throws.TypeOf<OciException>(), "cut short, and of that digest");
    }

    // pigz --independent, stargz-snapshotter's eStargz: each file is a gzip member of its own.
    [Test]
    public void SeveralGzipMembersAreOneLayerOfOtherProgramsOnly()
    {
        byte[] members = [.. Compress(MediaTypes.LayerGzip, _tar[..1000]), .. Compress(MediaTypes.LayerGzip, _tar[1000..])];
        Assert.That(Read(members, MediaTypes.LayerGzip, isOneMember: false), Is.EqualTo(_tar));
        Assert.That(() => Read(members, MediaTypes.LayerGzip, isOneMember: true), Throws.TypeOf<OciException>().With.Message.Contains("single complete gzip member"));
    }

    [Test]
    public void OtherTypesAreNoLayers() => Assert.That(LayerStream.CompressionOf("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"), Is.Null);

    private static byte[] Read(byte[] blob, string mediaType, bool isOneMember)
    {
        using var stream = new LayerStream(new MemoryStream(blob), new OciDescriptor(mediaType, OciDigest.Of(blob), blob.Length), OciDigest.FromHash(SHA256.HashData(_tar)), "layer", 1 << 20, isOneMember);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static byte[] Compress(string mediaType, byte[] tar)
    {
        using var blob = new MemoryStream();
        using (Stream stream = LayerStream.CompressionOf(mediaType) switch
        {
            LayerCompression.Gzip => new GZipStream(blob, CompressionLevel.Fastest, leaveOpen: true),
            LayerCompression.Zstd => new CompressionStream(blob, leaveOpen: true),
            _ => new BufferedStream(blob),
        })
        {
            stream.Write(tar);
            stream.Flush();
            if (LayerStream.CompressionOf(mediaType) == LayerCompression.None)
            {
                return blob.ToArray();
            }
        }

        return blob.ToArray();
    }
}
