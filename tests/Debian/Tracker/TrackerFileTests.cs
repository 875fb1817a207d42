using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Tracker;

namespace BusyboxGlibc.Tests.Debian.Tracker;

/// <summary>Where the tracker's data comes from: a file, an address, or what the cache kept of it.</summary>
[Category(Categories.Unit)]
internal sealed class TrackerFileTests
{
    private const string First = """{"zlib":{"CVE-2026-1":{"releases":{"trixie":{"status":"open"}}}}}""";
    private const string Second = """{"zlib":{"CVE-2026-2":{"releases":{"trixie":{"status":"open"}}}}}""";

    private ArchiveBench _bench = null!;
    private DateTimeOffset _now;

    [SetUp]
    public void Serve()
    {
        (_bench, _now) = (new ArchiveBench(), DateTimeOffset.UtcNow);
        Give(First);
    }

    [TearDown]
    public void Clean() => _bench.Dispose();

    [Test]
    public async Task WhatAnAddressGaveIsKeptForADay()
    {
        Assert.That(await IdAsync(), Is.EqualTo("CVE-2026-1"));
        Give(Second);
        _now = DateTimeOffset.UtcNow;
        Assert.That(await IdAsync(), Is.EqualTo("CVE-2026-1"));
        Assert.That(_bench.Mirror.Requests, Has.Count.EqualTo(1));
        _now += TimeSpan.FromHours(25);
        Assert.That(await IdAsync(), Is.EqualTo("CVE-2026-2"));
        Assert.That(_bench.Board.Warnings, Is.Empty);
    }

    [Test]
    public async Task OfflineTheCacheIsEnough()
    {
        var error = (await Assert.CatchAsync<DebianException>(() => IdAsync(isOffline: true)))!;
        Assert.That(error.What, Does.Contain("not in the cache"));
        Assert.That(error.Next, Does.Contain("--tracker=FILE"));
        await IdAsync();
        _now += TimeSpan.FromDays(400);
        Assert.That(await IdAsync(isOffline: true), Is.EqualTo("CVE-2026-1"));
        Assert.That(_bench.Mirror.Requests, Has.Count.EqualTo(1));
    }

    [TestCase("<html>a portal that asks for a login</html>")]
    [TestCase("{\"zlib\":{\"CVE-2026-2\":{\"rel")]
    public async Task SomethingElseDoesNotTakeThePlaceOfOlderData(string page)
    {
        await IdAsync();
        Give(page);
        _now += TimeSpan.FromDays(2);
        Assert.That(await IdAsync(), Is.EqualTo("CVE-2026-1"));
        Assert.That(_bench.Board.Warnings, Has.Count.EqualTo(1).And.Some.Contains("in the cache is used"));
        Give(Second);
        Assert.That(await IdAsync(), Is.EqualTo("CVE-2026-2"));
        Assert.That(Directory.EnumerateFiles(Path.Combine(_bench.Folder, "tracker")).Count(), Is.EqualTo(1), "no leftovers");
    }

    [Test]
    public async Task WithoutAnyDataTheErrorSaysWhatToDo()
    {
        _bench.Mirror.Always("/json", Fault.NotFound);
        var error = (await Assert.CatchAsync<DebianException>(() => IdAsync()))!;
        Assert.That($"{error.Where} {error.Next}", Does.Contain("404").And.Contain("--tracker=FILE").And.Not.Contain("--mirror"));
    }

    [Test]
    public async Task AFileOfTheProjectIsReadWhereItIs()
    {
        await File.WriteAllTextAsync(Path.Combine(_bench.Folder, "mine.json"), Second);
        Assert.That(await IdAsync("mine.json"), Is.EqualTo("CVE-2026-2"));
        var error = (await Assert.CatchAsync<DebianException>(() => IdAsync("none.json")))!;
        Assert.That(error.What, Is.EqualTo("none.json cannot be read"));
        Assert.That(_bench.Mirror.Requests, Is.Empty);
    }

    private void Give(string text) => File.WriteAllText(Path.Combine(_bench.Served, "json"), text);

    private async Task<string> IdAsync(string? location = null, bool isOffline = false)
    {
        var file = new TrackerFile(
            location ?? _bench.Mirror.Url("json").AbsoluteUri, _bench.Folder, Path.Combine(_bench.Folder, "tracker"), isOffline, _bench.NewDownloader(), _bench.Board, new FixedClock(_now));
        return (await file.ReadAsync(new HashSet<string> { "zlib" }, new HashSet<string> { "trixie" }, default))["zlib"].Single().Id;
    }
}
