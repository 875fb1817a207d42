using System.IO.Compression;
using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Tracker;

namespace BusyboxGlibc.Tests.Debian.Tracker;

/// <summary>
/// The tracker's data, in the form in which Debian's tracker writes it (security-tracker, bin/tracker_service.py, page_json): what is kept of it, and what is not
/// such a file. <c>Data/Tracker/trixie.json</c> has the vulnerabilities of the image's packages, by their changelogs and public reports.
/// </summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class TrackerReaderTests
{
    private static readonly string _path = Path.Combine(AppContext.BaseDirectory, "Data", "Tracker", "trixie.json");

    [Test]
    public async Task WhatConcernsTheReleaseIsKept()
    {
        var found = await ReadAsync(await File.ReadAllBytesAsync(_path), ["glibc", "zlib", "libmnl"]);
        Assert.That(found.Keys, Is.EquivalentTo(new[] { "glibc", "zlib" }));
        var glibc = found["glibc"];
        Assert.Multiple(() =>
        {
            Assert.That(glibc, Is.Ordered.By(nameof(TrackedVulnerability.Id)).Using((IComparer<string>)StringComparer.Ordinal));
            Assert.That(glibc.Where(one => one.Concerns("2.41-12+deb13u4")).Select(one => one.Id), Has.Exactly(16).Items, "the 14 of the next version, one that is unimportant and one that is undetermined");
            Assert.That(glibc.Where(one => one.Concerns("2.41-12+deb13u5")).Select(one => one.Id), Is.EqualTo(new[] { "CVE-2010-4756", "TEMP-0000000-58ABCD" }));
            Assert.That(glibc.Single(one => one.Id == "CVE-2023-4911").Concerns("2.0-1"), Is.False, "0 means that no version ever had it");
            Assert.That(glibc.Single(one => one.Id == "CVE-2010-4756"), Has.Property("Status").EqualTo("open").And.Property("Urgency").EqualTo("unimportant").And.Property("FixedVersion").Null.And.Property("NoAdvisory").Null);
            Assert.That(found["zlib"].Single(one => one.Id == "CVE-2026-85091"), Has.Property("FixedVersion").EqualTo("1:1.3.dfsg+really1.3.1-1+deb13u1").And.Property("Description").EqualTo("Buffer overflow in non-blocking gzwrite"));
        });
        var bookworm = await ReadAsync(await File.ReadAllBytesAsync(_path), ["zlib"], ["bookworm"]);
        Assert.That(bookworm["zlib"].Single(), Has.Property("NoAdvisory").StartsWith("contrib/minizip not built").And.Property("Status").EqualTo("open"));
    }

    [Test]
    public async Task HowTheFileArrivesMakesNoDifference()
    {
        var bytes = await File.ReadAllBytesAsync(_path);
        var expected = await TextAsync(new MemoryStream(bytes));
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(bytes);
        }

        packed.Position = 0;
        Assert.That(await TextAsync(packed), Is.EqualTo(expected));
        Assert.That(await TextAsync(new MemoryStream([0xef, 0xbb, 0xbf, .. bytes])), Is.EqualTo(expected));
        Assert.That(await TextAsync(new Drops(bytes, 1)), Is.EqualTo(expected));
        Assert.That(await TextAsync(new Drops(bytes, 7)), Is.EqualTo(expected));
    }

    [Test]
    public async Task SixtyFourMegabytesAreReadAsAStream()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        await using var large = new Generated(64 << 20);
        var found = await TrackerReader.ReadAsync(large, "large.json", new HashSet<string> { "zlib" }, new HashSet<string> { "trixie" }, default);
        Assert.That(found["zlib"].Single().Id, Is.EqualTo("CVE-2026-1"));
        Assert.That(large.Written, Is.GreaterThan(64 << 20));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(64 << 20), "what is not kept needs no memory of its own");
    }

    [Test]
    public async Task EveryPrefixOfAFileIsCutShort()
    {
        var bytes = Encoding.UTF8.GetBytes("""{"zlib":{"CVE-2026-1":{"description":"é","releases":{"trixie":{"status":"open"}}}}}""");
        for (var length = 0; length < bytes.Length; length++)
        {
            await FailsAsync(bytes[..length], "is not the data of Debian's security tracker");
        }
    }

    [TestCase("""[{"zlib":{}}]""", "it begins with a list instead of an object")]
    [TestCase("\"zlib\"", "it begins with a text instead of an object")]
    [TestCase("<!DOCTYPE html>\n<html><body>503 Service Unavailable</body></html>", "'<' is an invalid start of a value")]
    [TestCase("{}", "it lists 0 source packages, and none of the image's 1")]
    [TestCase("""{"openssl":{"CVE-2026-1":{"releases":{}}}}""", "it lists 1 source package, and none of the image's 1")]
    [TestCase("""{"zlib":["CVE-2026-1"]}""", "zlib is a list instead of an object")]
    [TestCase("""{"zlib":{"CVE-2026-1":7}}""", "zlib: CVE-2026-1 is a number instead of an object")]
    [TestCase("""{"zlib":{"CVE-2026-1":{"description":"no releases"}}}""", "CVE-2026-1 of zlib has no releases")]
    [TestCase("""{"zlib":{"CVE-2026-1":{"releases":["trixie"]}}}""", "the releases of CVE-2026-1 of zlib are a list instead of an object")]
    [TestCase("""{"zlib":{"CVE-2026-1":{"releases":{"trixie":"open"}}}}""", "trixie of CVE-2026-1 of zlib is a text instead of an object")]
    [TestCase("""{"zlib":{"CVE-2026-1":{"releases":{}}},"zlib":{}}""", "the source package zlib is there twice")]
    [TestCase("""{"a":{},"a":{}}""", "the source package a is there twice")]
    [TestCase("""{"zlib":{"CVE-2026-1":{"releases":{}},"CVE-2026-1":{"releases":{}}}}""", "the vulnerability CVE-2026-1 is there twice")]
    [TestCase("""{"zlib":{"CVE-2026-1":{"releases":{"trixie":{},"trixie":{"status":"resolved"}}}}}""", "the release trixie is there twice")]
    [TestCase("""{"zlib":{"CVE-2026-1":{"releases":{}}}} {}""", "is invalid after a single JSON value")]
    public Task AnotherFileIsToldApart(string text, string why) => FailsAsync(Encoding.UTF8.GetBytes(text), why);

    [Test]
    public async Task DeepNestingAndEndlessWordsEnd()
    {
        await FailsAsync(Encoding.UTF8.GetBytes("""{"zlib":""" + string.Concat(Enumerable.Repeat("""{"a":""", 100_000))), "depth");
        await FailsAsync(Encoding.UTF8.GetBytes("{\"zlib\":{\"CVE-2026-1\":{\"x\":" + new string('[', 100_000)), "depth");
        await FailsAsync(Encoding.UTF8.GetBytes("{\"" + new string('a', 3 << 20)), "more than 1024 KiB");
        await FailsAsync([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3], null);
        await FailsAsync([.. "{\"zlib\":{\"CVE-2026-1\":{\"description\":\""u8, 0xff, .. "\",\"releases\":{}}}}"u8], null);
    }

    [Test]
    public async Task WhatIsUnknownIsPassedOver()
    {
        var found = await ReadAsync("""{"zlib":{"CVE-2026-1":{"x":{"releases":{"trixie":{"status":"resolved","fixed_version":"0"}}},"description":7,"releases":{"sid":{},"trixie":{"status":"newword","urgency":null,"repositories":{"trixie":{"status":"resolved"}},"next_point_update":true}},"debianbug":1}}}"""u8.ToArray(), ["zlib"]);
        Assert.That(found["zlib"].Single(), Is.EqualTo(new TrackedVulnerability("CVE-2026-1", "trixie", "newword")));
        Assert.That(found["zlib"].Single().Concerns("1"), Is.True, "a word that is not known excludes nothing");
    }

    [Test]
    public async Task EscapesAndLongTextsAreMadeSafe()
    {
        var found = await ReadAsync(
            Encoding.UTF8.GetBytes("{\"zlib\":{\"CVE-2026-1\":{\"description\":\"\\u001b[2J\\r\\n" + new string('x', 9000) + "\",\"releases\":{\"trixie\":{\"status\":\"open\",\"urgency\":\"\\u0007high\"}}}}}"), ["zlib"]);
        Assert.That(found["zlib"].Single().Description, Does.StartWith("?[2J??xxx").And.Length.LessThan(500));
        Assert.That(found["zlib"].Single().Urgency, Is.EqualTo("?high"));
    }

    [TestCase("open", null, "1-1", true)]
    [TestCase("open", "0.9", "1-1", true)]
    [TestCase("undetermined", null, "1-1", true)]
    [TestCase("resolved", "1-1", "1-1", false)]
    [TestCase("resolved", "1-1+deb13u1", "1-1", true)]
    [TestCase("resolved", "1:1-1", "2-1", true)]
    [TestCase("resolved", "0", "0.1-1", false)]
    [TestCase("resolved", null, "1-1", true)]
    [TestCase("resolved", "<unfixed>", "1-1", true)]
    public void AnImageIsConcernedUnlessItsVersionHasTheFix(string status, string? version, string image, bool expected) =>
        Assert.That(new TrackedVulnerability("CVE-2026-1", "trixie", status) { FixedVersion = version }.Concerns(image), Is.EqualTo(expected));

    private static Task<IReadOnlyDictionary<string, IReadOnlyList<TrackedVulnerability>>> ReadAsync(byte[] bytes, string[] sources, string[]? suites = null) =>
        TrackerReader.ReadAsync(new MemoryStream(bytes), "tracker.json", sources.ToHashSet(), (suites ?? ["trixie"]).ToHashSet(), default);

    private static async Task<string> TextAsync(Stream stream)
    {
        var found = await TrackerReader.ReadAsync(stream, "tracker.json", new HashSet<string> { "glibc", "zlib", "elfutils" }, new HashSet<string> { "trixie" }, default);
        return string.Join('\n', found.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => pair.Value.Select(one => $"{pair.Key} {one}")));
    }

    private static async Task FailsAsync(byte[] bytes, string? why)
    {
        var error = (await Assert.CatchAsync<DebianException>(() => ReadAsync(bytes, ["zlib"])))!;
        Assert.That(error.What, Does.StartWith("tracker.json"));
        Assert.That(why is null || $"{error.What}: {error.Why}".Contains(why, StringComparison.Ordinal), Is.True, error.Why);
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Drops(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }

    /// <summary>A file of about that many bytes, with the one package that is looked for at its end.</summary>
    private sealed class Generated(int size) : MemoryStream
    {
        private const int Digits = 8;

        private readonly byte[] _source = Encoding.UTF8.GetBytes(
            "\"00000000\":{\"CVE-2026-1\":{\"description\":\"" + new string('d', 900) + "\",\"releases\":{\"trixie\":{\"status\":\"open\",\"repositories\":{\"trixie\":\"1-1\"},\"urgency\":\"low\"}}}},");

        private ReadOnlyMemory<byte> _rest = "{ "u8.ToArray();
        private bool _isDone;

        public long Written { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_rest.Length == 0 && !_isDone)
            {
                _isDone = Written > size;
                for (var digit = Digits; digit > 0 && ++_source[digit] > '9'; digit--)
                {
                    _source[digit] = (byte)'0';
                }

                _rest = _isDone ? "\"zlib\":{\"CVE-2026-1\":{\"releases\":{\"trixie\":{\"status\":\"open\"}}}}}"u8.ToArray() : _source;
            }

            var count = Math.Min(buffer.Length, _rest.Length);
            _rest[..count].CopyTo(buffer);
            _rest = _rest[count..];
            Written += count;
            return ValueTask.FromResult(count);
        }

        // The reader looks at the first two bytes and goes back.
        public override long Seek(long offset, SeekOrigin loc)
        {
            _rest = "{ "u8.ToArray();
            return 0;
        }
    }
}
