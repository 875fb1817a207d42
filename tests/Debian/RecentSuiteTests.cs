using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using NSubstitute;

namespace BusyboxGlibc.Tests.Debian;

/// <summary>A suite of the cache, and what it opens the network for.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class RecentSuiteTests
{
    [Test]
    public async Task TheNetworkIsUsedOnlyForAnIndexThatTheCacheLacksAndThenForAll()
    {
        var (cached, real, opened) = (Substitute.For<ISuite>(), Substitute.For<ISuite>(), 0);
        var (kept, fetched, contents) = (Substitute.For<IPackageIndex>(), Substitute.For<IPackageIndex>(), Substitute.For<IContentsIndex>());
        cached.PackagesAsync("amd64", default).Returns(kept);
        cached.ContentsAsync("amd64", default).Returns<IContentsIndex>(_ => throw new DebianException("not in the cache"));
        real.ContentsAsync("amd64", default).Returns(contents);
        real.PackagesAsync("amd64", default).Returns(fetched);
        using var suite = new RecentSuite(cached, () =>
        {
            opened++;
            return Task.FromResult(real);
        });
        Assert.That(await suite.PackagesAsync("amd64", default), Is.SameAs(kept));
        Assert.That(opened, Is.Zero);
        Assert.That(await suite.ContentsAsync("amd64", default), Is.SameAs(contents));
        Assert.That(await suite.PackagesAsync("amd64", default), Is.SameAs(fetched), "of one state of the archive");
        Assert.That(opened, Is.EqualTo(1));
    }

    [Test]
    public void ItIsAsOldAsTheOldestOfItsReleases()
    {
        using var folder = new TemporaryFolder();
        Assert.That(RecentSuite.FetchedAt(folder.Path, "trixie"), Is.Null);
        Directory.CreateDirectory(Path.Combine(folder.Path, "releases"));
        foreach (var (part, day) in new[] { ("", 3), ("-updates", 2), ("-security", 4) })
        {
            var path = Path.Combine(folder.Path, "releases", $"trixie{part}.InRelease");
            File.WriteAllText(path, string.Empty);
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, day, 0, 0, 0, DateTimeKind.Utc));
        }

        Assert.That(RecentSuite.FetchedAt(folder.Path, "trixie"), Is.EqualTo(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero)));
    }
}
