using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Tests.Oci.Layout;

namespace BusyboxGlibc.Tests.Oci.Layers;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LayerCacheTests
{
    private static readonly byte[] _content = TestImages.Compressible(300_000);

    [Test]
    public void ALayerThatIsKeptIsNotCompressedAgain()
    {
        using var folder = new TemporaryFolder();
        var calls = 0;
        void Write(Stream stream)
        {
            calls++;
            stream.Write(_content);
        }

        var first = new LayerCache(folder.Path).GetOrAdd(Write);
        var second = new LayerCache(folder.Path).GetOrAdd(Write);
        Assert.That(second, Is.EqualTo(first));
        Assert.That(calls, Is.EqualTo(3), "twice to make it, once to know it again");
        Assert.That(first.Path, Does.StartWith(Path.Combine(folder.Path, "layers", LayerCompressor.Id)));
    }

    [TestCase("cut")]
    [TestCase("changed")]
    [TestCase("emptied")]
    public void ADamagedLayerIsMadeAnew(string damage)
    {
        using var folder = new TemporaryFolder();
        var cache = new LayerCache(folder.Path);
        var layer = cache.GetOrAdd(stream => stream.Write(_content));
        var good = File.ReadAllBytes(layer.Path);
        var bad = damage switch { "cut" => good[..^1], "emptied" => [], _ => [.. good[..100], (byte)~good[100], .. good[101..]] };
        File.WriteAllBytes(layer.Path, bad);
        Assert.That(cache.TryGet(layer.DiffId), Is.Null);
        Assert.That(cache.GetOrAdd(stream => stream.Write(_content)), Is.EqualTo(layer));
        Assert.That(File.ReadAllBytes(layer.Path), Is.EqualTo(good));
    }

    [Test]
    public void ATarThatDiffersTheSecondTimeIsAnErrorAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        byte count = 0;
        Assert.Throws<OciException>(() => new LayerCache(folder.Path).GetOrAdd(stream => stream.WriteByte(count++)));
        Assert.That(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void ManyThreadsMayAskForTheSameLayer()
    {
        using var folder = new TemporaryFolder();
        var layers = new CachedLayer[8];
        Parallel.For(0, layers.Length, index => layers[index] = new LayerCache(folder.Path).GetOrAdd(stream => stream.Write(_content)));
        Assert.That(layers.Distinct().Count(), Is.EqualTo(1));
        Assert.That(Directory.EnumerateFiles(folder.Path, "*.gz", SearchOption.AllDirectories).Count(), Is.EqualTo(1));
        Assert.That(Directory.EnumerateFiles(folder.Path, "*.partial", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void ACacheThatCannotBeWrittenIsAClearError()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["layers"], "a file where the folder should be");
        var error = Assert.Throws<BuildException>(() => new LayerCache(folder.Path).GetOrAdd(stream => stream.Write(_content)))!;
        Assert.That(error.Message, Does.Contain("cannot write"));
    }
}
