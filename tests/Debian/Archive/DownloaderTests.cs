using System.Diagnostics;
using System.Net.Sockets;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Net;

namespace BusyboxGlibc.Tests.Debian.Archive;

[Category(Categories.Unit)]
internal sealed class DownloaderTests
{
    private const string File = "/file";

    private ArchiveBench _bench = null!;
    private byte[] _content = [];

    [SetUp]
    public void Serve()
    {
        _bench = new ArchiveBench();
        _content = _bench.Serve(File, 200_000);
    }

    [TearDown]
    public void Clean() => _bench.Dispose();

    [Test]
    public async Task AFileArrivesWhole()
    {
        Assert.That(await FetchAsync(), Is.EqualTo(_content));
        Assert.That(_bench.Mirror.Requests, Is.EqualTo(new[] { new Seen(File, null) }));
    }

    [Test]
    public async Task ACutDownloadIsResumedWhereItBroke()
    {
        _bench.Mirror.Once(File, Fault.Cut(70_000), Fault.Cut(70_000));
        Assert.That(await FetchAsync(), Is.EqualTo(_content));
        Assert.That(_bench.Mirror.Requests.Select(request => request.Range), Is.EqualTo(new[] { null, "70000-", "140000-" }));
    }

    [Test]
    public async Task AMirrorWithoutRangesIsReadFromTheStart()
    {
        _bench.Mirror.Once(File, Fault.Cut(70_000), new Fault(IgnoresRange: true));
        var sum = 0L;
        Assert.That(await FetchAsync(received: count => sum += count), Is.EqualTo(_content));
        Assert.That(sum, Is.EqualTo(_content.Length), "what was dropped is taken back");
    }

    [Test]
    public async Task AFileOfAnotherSizeIsNotReadAtAll()
    {
        _bench.Mirror.Always("/first", Fault.Gives(_content[..1000]));
        Assert.That(await FetchAsync(paths: ["/first", File]), Is.EqualTo(_content));
    }

    [Test]
    public async Task ABusyOrBrokenServerIsAskedAgain()
    {
        _bench.Mirror.Once(File, Fault.Busy(0), Fault.Error);
        Assert.That(await FetchAsync(), Is.EqualTo(_content));
        Assert.That(_bench.Mirror.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task RetryAfterIsHeededButOnlyAsLongAsAllowed()
    {
        _bench.Mirror.Once(File, Fault.Busy(1));
        var watch = Stopwatch.StartNew();
        await FetchAsync(ArchiveBench.Quick with { LongestDelay = TimeSpan.FromSeconds(30) });
        Assert.That(watch.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(0.9)));
        _bench.Mirror.Once(File, Fault.Busy(3600));
        watch.Restart();
        await FetchAsync();
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task AStalledConnectionCountsAsCut()
    {
        _bench.Mirror.Once(File, Fault.Stall);
        Assert.That(await FetchAsync(ArchiveBench.Quick with { Stall = TimeSpan.FromSeconds(1) }), Is.EqualTo(_content));
    }

    [Test]
    public async Task ARedirectionIsFollowed()
    {
        _bench.Mirror.Always("/moved", Fault.Redirect(File));
        Assert.That(await FetchAsync(paths: "/moved"), Is.EqualTo(_content));
    }

    [TestCase("file:///etc/passwd")]
    [TestCase("ftp://127.0.0.1/file")]
    [TestCase("http://")]
    [TestCase("http://[")]
    [TestCase("")]
    public async Task ARedirectionToAnotherSchemeOrToNonsenseIsADownloadError(string location)
    {
        _bench.Mirror.Always("/old", Fault.Redirect(location));
        var error = (await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(paths: "/old")))!;
        Assert.That(error.Message, Does.Contain(_bench.Mirror.Url("/old").ToString()).And.Contain("redirect"));
        Assert.That(error.IsAbsent, Is.False);
        Assert.That(await FetchAsync(paths: ["/old", File]), Is.EqualTo(_content));
    }

    [Test]
    public async Task APasswordInAnAddressIsSentButNeverShown()
    {
        _bench.Mirror.Always("/broken", Fault.Error);
        _bench.Mirror.Always("/moved", Fault.Redirect("http://user:hunter2@127.0.0.1:1/x"));
        _bench.Mirror.Always("/lost", Fault.Redirect("ftp://user:hunter2@127.0.0.1/x"));
        foreach (var path in new[] { "/absent", "/broken", "/moved", "/lost" })
        {
            using var target = new MemoryStream();
            var secret = new Uri($"http://user:hunter2@127.0.0.1:{_bench.Mirror.Root.Port}{path}");
            var error = (await Assert.ThrowsAsync<DownloadException>(() => _bench.NewDownloader().FetchAsync("it", [secret], target, 10, 10, null, default)))!;
            Assert.That(error.ToString(), Does.Contain(path).And.Not.Contain("hunter2").And.Not.Contain("user:"));
        }

        Assert.That(_bench.Mirror.Authorizations, Is.Not.Empty.And.All.EqualTo("Basic dXNlcjpodW50ZXIy"));
    }

    [Test]
    public async Task AFileWithoutAChecksumIsNeverPutTogetherFromTwoAnswers()
    {
        var other = _content.Reverse().ToArray();
        _bench.Mirror.Once(File, Fault.Gives(other) with { CutAfter = 70_000 });
        using var target = new MemoryStream();
        await _bench.NewDownloader().FetchAsync("it", [_bench.Mirror.Url(File)], target, null, 1 << 20, null, default);
        Assert.That(target.ToArray(), Is.EqualTo(_content));
        Assert.That(_bench.Mirror.Requests.Select(request => request.Range), Is.EqualTo(new string?[] { null, null }));
    }

    [Test]
    public async Task ADiskThatRefusesIsNotBlamedOnTheSource()
    {
        using var target = new RefusingStream();
        var error = (await Assert.ThrowsAsync<IOException>(() => _bench.NewDownloader().FetchAsync("it", [_bench.Mirror.Url(File)], target, _content.Length, _content.Length, null, default)))!;
        Assert.That(error.Message, Is.EqualTo("no space"));
        Assert.That(_bench.Mirror.Requests, Has.Count.EqualTo(1));
        await Assert.ThrowsAsync<IOException>(() => _bench.NewDownloader().FetchAsync("it", [new Uri(Path.Combine(_bench.Served, "file"))], target, _content.Length, _content.Length, null, default));
    }

    [Test]
    public async Task TheNextSourceIsTriedWhereOneFailsForGood()
    {
        _bench.Mirror.Always("/first", Fault.NotFound);
        Assert.That(await FetchAsync(paths: ["/first", File]), Is.EqualTo(_content));
        Assert.That(_bench.Mirror.Requests.Select(request => request.Path), Is.EqualTo(new[] { "/first", File }));
    }

    [Test]
    public async Task AMissingFileIsNotAskedForTwice()
    {
        _bench.Mirror.Always(File, Fault.NotFound);
        var error = (await Assert.ThrowsAsync<DownloadException>(() => FetchAsync()))!;
        Assert.That(error.IsAbsent);
        Assert.That(error.Message, Does.Contain(_bench.Mirror.Url(File).ToString()).And.Contain("404"));
        Assert.That(_bench.Mirror.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task ABrokenServerIsGivenUpAfterAllAttempts()
    {
        _bench.Mirror.Always(File, Fault.Error);
        var error = (await Assert.ThrowsAsync<DownloadException>(() => FetchAsync()))!;
        Assert.That(error.IsAbsent, Is.False);
        Assert.That(error.Message, Does.Contain(_bench.Mirror.Url(File).ToString()).And.Contain("500").And.Contain("tried 3 times"));
        Assert.That(_bench.Mirror.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task AnEndlessRedirectionIsGivenUp()
    {
        _bench.Mirror.Always(File, Fault.Redirect(File));
        await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(ArchiveBench.Quick with { Attempts = 1 }));
    }

    [Test]
    public async Task MoreThanThereShouldBeIsRefused()
    {
        _bench.Mirror.Always(File, Fault.Gives(new byte[_content.Length + 1]));
        await Assert.ThrowsAsync<DownloadException>(() => FetchAsync());
        using var target = new MemoryStream();
        await Assert.ThrowsAsync<DownloadException>(() => _bench.NewDownloader().FetchAsync("it", [_bench.Mirror.Url(File)], target, null, 100, null, default));
        Assert.That(target.Length, Is.Zero);
    }

    [Test]
    public async Task AnAnswerThatIsShorterThanItDeclaresIsGivenUp()
    {
        _bench.Mirror.Always(File, new Fault(DeclaredLength: _content.Length + 50));
        using var target = new MemoryStream();
        await Assert.ThrowsAsync<DownloadException>(() => _bench.NewDownloader().FetchAsync("it", [_bench.Mirror.Url(File)], target, null, 1 << 20, null, default));
    }

    [Test]
    public async Task ALeftoverLongerThanTheFileIsThrownAway()
    {
        using var target = new MemoryStream();
        target.Write(new byte[_content.Length + 10]);
        await _bench.NewDownloader().FetchAsync("it", [_bench.Mirror.Url(File)], target, _content.Length, _content.Length, null, default);
        Assert.That(target.ToArray(), Is.EqualTo(_content));
    }

    [Test]
    public async Task NobodyListeningIsToldWithTheAddress()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://{listener.LocalEndpoint}/x");
        listener.Stop();
        using var target = new MemoryStream();
        var error = (await Assert.ThrowsAsync<DownloadException>(() => _bench.NewDownloader().FetchAsync("it", [url], target, null, 10, null, default)))!;
        Assert.That(error.Message, Does.Contain(url.ToString()));
        Assert.That(error.IsAbsent, Is.False);
    }

    [Test]
    public async Task CancellationEndsAStalledDownloadAtOnce()
    {
        _bench.Mirror.Always(File, Fault.Stall);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        using var target = new MemoryStream();
        await Assert.CatchAsync<OperationCanceledException>(() => _bench.NewDownloader().FetchAsync("it", [_bench.Mirror.Url(File)], target, 10, 10, null, cancel.Token));
    }

    [Test]
    public async Task AFolderServesAsAMirror()
    {
        using var target = new MemoryStream();
        await _bench.NewDownloader().FetchAsync("it", [new Uri(Path.Combine(_bench.Served, "absent")), new Uri(Path.Combine(_bench.Served, "file"))], target, _content.Length, _content.Length, null, default);
        Assert.That(target.ToArray(), Is.EqualTo(_content));
    }

    [Test]
    public async Task WhatCannotBeReadInAFolderIsADownloadError()
    {
        var path = Path.Combine(_bench.Served, "socket");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        using var target = new MemoryStream();
        var error = (await Assert.ThrowsAsync<DownloadException>(() => _bench.NewDownloader().FetchAsync("it", [new Uri(path)], target, 10, 10, null, default)))!;
        Assert.That(error.Message, Does.Contain(path));
        Assert.That(error.IsAbsent, Is.False);
    }

    private async Task<byte[]> FetchAsync(RetryPolicy? policy = null, Action<long>? received = null, params string[] paths)
    {
        using var target = new MemoryStream();
        var sources = (paths.Length > 0 ? paths : [File]).Select(_bench.Mirror.Url).ToList();
        await _bench.NewDownloader(policy).FetchAsync("the file", sources, target, _content.Length, _content.Length, received, default);
        return target.ToArray();
    }

    private sealed class RefusingStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("no space");
    }
}
