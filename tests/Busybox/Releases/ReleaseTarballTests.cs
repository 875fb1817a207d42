using System.Security.Cryptography;
using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Tests.Busybox.Compile;

namespace BusyboxGlibc.Tests.Busybox.Releases;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ReleaseTarballTests
{
    private static readonly byte[] _tarball = [.. Enumerable.Range(0, 100_000).Select(index => (byte)(index * 7))];

    private readonly SaidBoard _board = new();
    private readonly HttpClient _http = Downloader.NewClient();
    private string _folder = string.Empty;

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("tarball-").FullName;
        _board.Warnings.Clear();
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [OneTimeTearDown]
    public void Close() => _http.Dispose();

    [Test]
    public async Task TheNextSourceIsAskedWhereTheFirstGivesOtherBytes()
    {
        var wrong = Write("upstream/busybox.tar.bz2", [.. _tarball.Reverse()]);
        Write("mirror/pool/main/b/busybox/busybox.orig.tar.bz2", _tarball);
        var path = await Fetcher().FetchAsync(Release(wrong, "pool/main/b/busybox/busybox.orig.tar.bz2"), default);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(_tarball));
        Assert.That(_board.Warnings.Single(), Does.Contain("upstream").And.Contain("SHA-256"));
    }

    [Test]
    public async Task TheNextSourceIsAskedWhereTheFirstIsAbsentAndTheCacheAnswersAfterwards()
    {
        Write("mirror/pool/busybox.tar.bz2", _tarball);
        var release = Release(new Uri(Path.Combine(_folder, "none")).AbsoluteUri, "pool/busybox.tar.bz2");
        await Fetcher().FetchAsync(release, default);
        Directory.Delete(Path.Combine(_folder, "mirror"), recursive: true);
        _board.Warnings.Clear();
        Assert.That(File.ReadAllBytes(await Fetcher(isOffline: true).FetchAsync(release, default)), Is.EqualTo(_tarball));
        Assert.That(_board.Warnings, Is.Empty);
    }

    [Test]
    public async Task WhereNoSourceHasItEveryAnswerIsTold()
    {
        var wrong = Write("upstream/busybox.tar.bz2", [.. _tarball.Reverse()]);
        var error = (await Assert.ThrowsAsync<BusyboxException>(() => Fetcher().FetchAsync(Release(wrong, "pool/none"), default)))!;
        Assert.That(error.What, Is.EqualTo("no source provides BusyBox 1.38.0"));
        Assert.That(error.Where, Does.Contain("upstream").And.Contain("pool/none"));
        Assert.That(error.Why, Does.Contain("SHA-256").And.Contain("pool/none"));
    }

    [Test]
    public async Task OfflineTheNetworkIsLeftAlone() =>
        Assert.That(
            (await Assert.ThrowsAsync<DebianException>(() => Fetcher(isOffline: true).FetchAsync(Release("pool/none"), default)))!.Why, Does.Contain("--offline"));

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return new Uri(path).AbsoluteUri;
    }

    private static BusyboxRelease Release(params string[] sources) =>
        Given.Release with { Sha256 = Convert.ToHexStringLower(SHA256.HashData(_tarball)), Size = _tarball.Length, Sources = sources };

    private ReleaseTarball Fetcher(bool isOffline = false) => new(
        new ArchiveClient(new ArchiveCache(Path.Combine(_folder, "cache")), new Downloader(_http, new RetryPolicy(1, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(5))), isOffline),
        [new Uri(Path.Combine(_folder, "mirror") + "/")],
        _board);
}
