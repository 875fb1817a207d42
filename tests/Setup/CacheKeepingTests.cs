using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Setup;

namespace BusyboxGlibc.Tests.Setup;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class CacheKeepingTests
{
    [Test]
    public void ALayerOfTheCacheIsFoundByTheDigestThatAnImageHas()
    {
        using var cache = new TemporaryFolder();
        var layer = new LayerCache(cache.Path).GetOrAdd(stream => stream.Write(new byte[1024]));
        var paths = cache.Names.Where(name => File.Exists(cache[name])).Select(name => name.Replace('\\', '/')).ToList();
        Assert.That(paths.Select(CacheKeeping.DigestOf).OfType<string>(), Is.EqualTo(new[] { layer.Digest["sha256:".Length..] }));
        Assert.That(CacheKeeping.DigestOf("layers/szl-1.4.2-l5-s1/segments/a-0"), Is.Null);
    }
}
