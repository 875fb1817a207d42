using System.Diagnostics;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Doctor;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.Doctor;

/// <summary>Mirrors as they are found: fine, gone, half, old, of others. The archive is a real one, signed by a key of the test.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class MirrorChecksTests
{
    private static readonly Dictionary<string, DateTimeOffset> _locked = new(StringComparer.Ordinal) { ["trixie"] = TestArchive.Now.AddDays(-2) };

    [Test]
    public async Task AWholeMirrorIsNewerThanTheLock()
    {
        var finding = (await JudgeAsync(new TestArchiveOptions())).Single();
        Assert.That((finding.Id, finding.Health), Is.EqualTo(("mirror.debian", Health.Good)));
        Assert.That(finding.Text, Does.EndWith("trixie of 2026-03-03, trixie-updates of 2026-03-03; newer than the lock"));
    }

    [Test]
    public async Task AMirrorThatLacksWhatItsReleaseListsIsNotWhole()
    {
        var finding = (await JudgeAsync(new TestArchiveOptions(), archive =>
        {
            foreach (var path in Directory.GetFiles(Path.Combine(archive.Folder, "debian/dists/trixie/main/binary-arm64"), "*", SearchOption.AllDirectories))
            {
                File.Delete(path);
            }
        })).Single();
        Assert.That((finding.Health, finding.Text), Is.EqualTo((Health.Warning, finding.Text)));
        Assert.That(finding.Text, Does.EndWith("it is not whole"));
        Assert.That(finding.Why, Does.StartWith("it lacks trixie/main/binary-arm64/Packages.gz, which its Release lists"));
    }

    [Test]
    public async Task AnOlderMirrorIsNamedWithBothDates()
    {
        var finding = (await JudgeAsync(new TestArchiveOptions { Date = TestArchive.Now.AddDays(-5) })).Single();
        Assert.That((finding.Health, finding.Why), Is.EqualTo((Health.Warning, "trixie is of 2026-02-27, the lock of 2026-03-02")));
    }

    [TestCase(0, false, Health.Warning, "./build.sh --offline")]
    [TestCase(12, false, Health.Problem, "./build.sh --mirror=tuna")]
    [TestCase(12, true, Health.Warning, "./build.sh --mirror=tuna")]
    public void AMirrorThatIsGoneIsAProblemOnlyIfABuildNeedsIt(int coming, bool hasOther, Health health, string fix)
    {
        var gone = new MirrorState(new Uri("http://mirror.invalid/debian"), "trixie") { Error = "cannot fetch the Release file of trixie", Why = "Connection refused" };
        var well = new MirrorState(new Uri("http://other.invalid/debian"), "trixie") { Date = TestArchive.Now };
        var found = MirrorChecks.Of("debian", hasOther ? [[gone], [well]] : [[gone]], _locked, coming, "tuna").ToList();
        Assert.That((found[0].Health, found[0].Fix), Is.EqualTo((health, fix)));
        Assert.That(found[^1].Id, Is.EqualTo(hasOther ? "mirror.debian.2" : "mirror.debian"));
    }

    [Test]
    public async Task AStrangersSignatureAndAnotherSuiteAreErrors()
    {
        var strange = (await JudgeAsync(new TestArchiveOptions { Key = TestKey.Stranger })).Single();
        var other = (await JudgeAsync(new TestArchiveOptions { ClaimedCodename = "bookworm" })).Single();
        var expired = (await JudgeAsync(new TestArchiveOptions { ValidUntil = TestArchive.Now.AddDays(-1) })).Single();
        Assert.Multiple(() =>
        {
            Assert.That(new[] { strange, other, expired }.Select(finding => finding.Health), Is.All.EqualTo(Health.Warning));
            Assert.That(other.Text, Does.EndWith("it has bookworm as trixie"));
            Assert.That(expired.Text, Does.EndWith("its Release of trixie expired on 2026-03-03"));
        });
    }

    // A dead mirror must not make it a minute: the connection is taken, and nothing is ever said.
    [Test]
    public async Task AMirrorThatNeverAnswersIsGivenUp()
    {
        using var http = new HttpClient(new Silence());
        var asked = Stopwatch.StartNew();
        using var cache = new TemporaryFolder();
        var state = await new MirrorProbe(http, new Downloader(http, _once), cache.Path, TestKey.Archive.Keyring, new FixedClock(TestArchive.Now), TimeSpan.FromMilliseconds(200))
            .AskAsync(new Uri("http://mirror.invalid/debian"), "trixie", ["amd64"], true, CancellationToken.None);
        Assert.That(state.Error, Is.EqualTo("it does not answer within 0.2 s"));
        Assert.That(asked.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    private static readonly RetryPolicy _once = new(1, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(5));

    private static async Task<IReadOnlyList<DoctorFinding>> JudgeAsync(TestArchiveOptions options, Action<TestArchive>? damage = null)
    {
        using var folder = new TemporaryFolder();
        using var cache = new TemporaryFolder();
        var archive = new TestArchive(folder.Path, [TestPackage.Of("libz1", files: "usr/lib/libz.so.1")], options, "amd64", "arm64");
        damage?.Invoke(archive);
        using var http = new HttpClient(new Silence());
        var probe = new MirrorProbe(http, new Downloader(http, _once), cache.Path, TestKey.Archive.Keyring, new FixedClock(TestArchive.Now), TimeSpan.FromSeconds(20));
        var mirror = new Uri("file://" + Path.Combine(folder.Path, "debian"));
        var parts = await Task.WhenAll(new[] { "trixie", "trixie-updates" }.Select(part => probe.AskAsync(mirror, part, ["amd64", "arm64"], true, CancellationToken.None)));
        return [.. MirrorChecks.Of("debian", [parts], _locked, 0, "tuna")];
    }

    private sealed class Silence : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
