using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Debian.Suite;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class MixedSuiteTests
{
    [Test]
    public async Task AnArchitectureIsAskedOfItsSuiteWhichIsOpenedOnlyThen()
    {
        using var main = new FakeArchive().Add(new FakePackage("libfoo1", "1", Locks.Amd64));
        using var other = new FakeArchive { Codename = "forky", Releases = [Locks.Small().Releases[0] with { Suite = "forky" }] }.Add(new FakePackage("libfoo1", "2", Loong64));
        var opened = 0;
        var lazy = new Lazy<Task<ISuite>>(() =>
        {
            opened++;
            return Task.FromResult<ISuite>(other);
        });
        var suite = new MixedSuite(main, new Dictionary<string, Lazy<Task<ISuite>>> { ["loong64"] = lazy });
        Assert.That((await suite.PackagesAsync("amd64", default)).Find("libfoo1")!.Pin.Version, Is.EqualTo("1"));
        Assert.That(suite.Releases.Select(release => release.Suite), Is.EqualTo(new[] { "trixie" }));
        Assert.That(opened, Is.Zero);
        Assert.That((await suite.PackagesAsync("loong64", default)).Find("libfoo1")!.Pin.Version, Is.EqualTo("2"));
        await suite.ContentsAsync("loong64", default);
        Assert.That((other.ContentsAsked, main.ContentsAsked), Is.EqualTo((new[] { "loong64" }, Array.Empty<string>())));
        Assert.That(suite.Releases.Select(release => release.Suite), Is.EqualTo(new[] { "trixie", "forky" }));
        Assert.That((suite.CodenameOf("amd64"), suite.CodenameOf("loong64")), Is.EqualTo(("trixie", "forky")));
        Assert.That((suite.Codename, opened), Is.EqualTo(("trixie", 1)));
    }

    internal static Platform Loong64 => KnownPlatforms.Find("linux/loong64")!;
}
