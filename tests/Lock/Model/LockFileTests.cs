using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Tests.Lock.Resolve;
using CsCheck;

namespace BusyboxGlibc.Tests.Lock.Model;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LockFileTests
{
    private static readonly string _text = LockFile.Serialize(Locks.Small());

    [Test]
    public void ALockReadBackIsTheSame() =>
        Assert.That(LockFile.Serialize(LockFile.Parse(_text, "image.lock.json")), Is.EqualTo(_text));

    [Test]
    public void OneFileStandsOnOneLineAndLinesEndWithLf()
    {
        Assert.That(_text.Split('\n'), Has.Some.EqualTo("            \"/usr/lib/x86_64-linux-gnu/libz.so.1\","));
        Assert.That(_text, Does.Not.Contain("\r").And.StartsWith("{\n  \"schema\": 1,\n").And.EndsWith("}\n"));
    }

    [Test]
    public void APlusSignStaysReadable()
    {
        var package = Locks.Package("libstdc++6", "14.2.0-19+b1", Locks.Amd64, "/usr/lib/x86_64-linux-gnu/libstdc++.so.6");
        var text = LockFile.Serialize(Locks.Small() with { Platforms = [new LockedPlatform(Locks.Amd64, [], [package])] });
        Assert.That(text, Does.Contain("\"libstdc++6\""));
    }

    [Test]
    public void TheOrderInMemoryDoesNotChangeTheText()
    {
        var small = Locks.Small();
        var turned = small with { Platforms = [.. small.Platforms.Reverse().Select(platform => platform with { Packages = [.. platform.Packages.Reverse()] })] };
        Assert.That(LockFile.Serialize(turned), Is.EqualTo(_text));
        Assert.That(LockFile.ContentDigest(turned), Is.EqualTo(LockFile.ContentDigest(small)));
    }

    [Test]
    public void TheOrderInAFileEditedByHandDoesNotMatter()
    {
        var turned = _text.Replace(
            "\"/usr/lib/x86_64-linux-gnu/libz.so.1\",\n            \"/usr/lib/x86_64-linux-gnu/libz.so.1.3.1\"",
            "\"/usr/lib/x86_64-linux-gnu/libz.so.1.3.1\",\n            \"/usr/lib/x86_64-linux-gnu/libz.so.1\"",
            StringComparison.Ordinal);
        Assert.That(turned, Is.Not.EqualTo(_text));
        Assert.That(LockFile.Serialize(LockFile.Parse(turned, "image.lock.json")), Is.EqualTo(_text));
    }

    [Test]
    public void CarriageReturnsAndAByteOrderMarkDoNoHarm() =>
        Assert.That(LockFile.Serialize(LockFile.Parse("\uFEFF" + _text.Replace("\n", "\r\n", StringComparison.Ordinal), "x")), Is.EqualTo(_text));

    [Test]
    public void TheContentDigestCoversPackagesAndFilesButNoReleases()
    {
        var small = Locks.Small();
        var digest = LockFile.ContentDigest(small);
        Assert.That(digest, Does.Match("^sha256:[0-9a-f]{64}$"));
        Assert.That(LockFile.ContentDigest(small with { Releases = [] }), Is.EqualTo(digest));
        Assert.That(LockFile.ContentDigest(Locks.Small("1:1.3.1-2")), Is.Not.EqualTo(digest));
        var first = small.Platforms[0];
        var fewer = first with { Packages = [first.Packages[0], first.Packages[1] with { Files = [first.Packages[1].Files[0]] }] };
        Assert.That(LockFile.ContentDigest(small with { Platforms = [fewer, small.Platforms[1]] }), Is.Not.EqualTo(digest));
    }

    [TestCase("\"schema\": 1", "\"schema\": 3", "newer version (schema 3; this one reads 1)")]
    [TestCase("\"schema\": 1", "\"schema\": 0", "schema must be 1, not 0")]
    [TestCase("\"schema\": 1", "\"schema\": \"1\"", "schema must be a whole number, not a string")]
    [TestCase("\"schema\": 1,\n", "", "the lock lacks its key \"schema\"")]
    [TestCase("\"suite\": \"trixie\",\n  \"releases\"", "\"suit\": \"trixie\",\n  \"releases\"", "the lock has no key \"suit\"")]
    [TestCase("\"suite\": \"trixie\",\n  \"releases\"", "\"suite\": \"trixie\",\n  \"suite\": \"trixie\",\n  \"releases\"", "the key \"suite\" appears twice")]
    [TestCase("\"linux/arm64\"", "\"linux/arm46\"", "did you mean linux/arm64")]
    [TestCase("\"name\": \"libc6\"", "\"name\": \"zlib1g\"", "\"zlib1g\" appears twice in packages")]
    [TestCase("\"name\": \"libc6\"", "\"name\": \"../libc6\"", "name must be a package's name")]
    [TestCase("\"name\": \"libc6\"", "\"name\": 6", "name must be a string, not a number")]
    [TestCase("\"version\": \"2.41-12\"", "\"version\": \"2.41 12\"", "version must be a Debian version")]
    [TestCase("\"size\": 1000", "\"size\": -1", "size cannot be -1")]
    [TestCase("\"size\": 1000", "\"size\": 1e99", "size must be a whole number")]
    [TestCase("\"newest\": 1700000000", "\"newest\": -5", "newest cannot be -5")]
    [TestCase("pool/main/l/libc6/", "/pool/main/l/libc6/", "pool must be a relative path")]
    [TestCase("pool/main/l/libc6/", "pool/../../etc/", "pool must be a relative path")]
    [TestCase("\"archive\": \"debian\"", "\"archive\": \"elsewhere\"", "archive must be debian, debian-security or local")]
    [TestCase("\"/usr/lib/x86_64-linux-gnu/libc.so.6\"", "\"usr/lib/libc.so.6\"", "a file must be an absolute path")]
    [TestCase("\"/usr/lib/x86_64-linux-gnu/libc.so.6\"", "\"/usr/../etc/shadow\"", "a file must be an absolute path")]
    [TestCase("\"/usr/lib/x86_64-linux-gnu/libz.so.1.3.1\"", "\"/usr/lib/x86_64-linux-gnu/libz.so.1\"", "appears twice in files")]
    [TestCase("2026-11-14T08:33:01Z", "yesterday", "date must be a date")]
    [TestCase("\"architecture\": \"arm64\"", "\"architecture\": \"armhf\"", "is for armhf, not for arm64")]
    [TestCase("\"text\": \"libz\"", "\"text\": \"\"", "text must be one line of text")]
    [TestCase("\"text\": \"libz\"", "\"text\": null", "text must be a string, not null")]
    [TestCase("\"releases\": [", "\"releases\": {}, \"more\": [", "releases must be an array, not an object")]
    public void NonsenseIsToldWithItsPlace(string from, string to, string expected)
    {
        var at = _text.IndexOf(from, StringComparison.Ordinal);
        Assert.That(at, Is.GreaterThanOrEqualTo(0));
        var damaged = _text[..at] + to + _text[(at + from.Length)..];
        Assert.That(
            () => LockFile.Parse(damaged, "image.lock.json"),
            Throws.TypeOf<LockException>().With.Message.Contains(expected).And.Property(nameof(BuildException.Where)).Match(@"^image\.lock\.json:\d+:\d+$"));
    }

    [Test]
    public void APlatformThatIsThereTwiceIsNonsense()
    {
        const string Empty = "{ \"platform\": \"linux/arm64\", \"requirements\": [], \"packages\": [] }";
        var text = $"{{ \"schema\": 1, \"suite\": \"trixie\", \"releases\": [], \"platforms\": [ {Empty}, {Empty.Replace("arm64", "arm64/v8", StringComparison.Ordinal)} ] }}";
        Assert.That(() => LockFile.Parse(text, "l.json"), Throws.TypeOf<LockException>().With.Message.Contains("\"linux/arm64\" appears twice in platforms"));
    }

    [Test]
    public void LineAndColumnAreThoseOfTheWrongValue()
    {
        const string Damaged = "{\n  \"schema\": 1,\n  \"suite\": 7\n}\n";
        Assert.That(() => LockFile.Parse(Damaged, "l.json"), Throws.TypeOf<LockException>().With.Property(nameof(BuildException.Where)).EqualTo("l.json:3:12"));
    }

    [Test]
    public void AnAnswerThatNoPackageGivesIsNonsense()
    {
        var damaged = _text.Replace("/usr/lib/aarch64-linux-gnu/libz.so.1\"\n          ]", "/usr/lib/aarch64-linux-gnu/libq.so.1\"\n          ]", StringComparison.Ordinal);
        Assert.That(() => LockFile.Parse(damaged, "l.json"), Throws.TypeOf<LockException>().With.Message.Contains("belongs to no package"));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{")]
    [TestCase("// comment\n{}")]
    [TestCase("{\"schema\": 1,}")]
    [TestCase("{\"schema\": 1} {}")]
    [TestCase("<<<<<<< HEAD\n{}")]
    [TestCase("{\"schema\":1,\"suite\":\"\\ud800\"}")]
    [TestCase("{\"suite\":\"\uD800\"}")]
    public void WhatIsNoLockIsALockException(string text) =>
        Assert.That(() => LockFile.Parse(text, "l.json"), Throws.TypeOf<LockException>());

    [Test]
    public void EveryTruncationIsALockException()
    {
        for (var length = 0; length < _text.Length - 2; length += 3)
        {
            Assert.That(() => LockFile.Parse(_text[..length], "l.json"), Throws.TypeOf<LockException>(), $"cut after {length}");
        }
    }

    [Test]
    public void DeepNestingIsALockException()
    {
        var deep = "{\"schema\":1,\"suite\":" + new string('[', 1_000_000);
        Assert.That(() => LockFile.Parse(deep, "l.json"), Throws.TypeOf<LockException>());
    }

    [Test]
    public void AHugeFileIsNotEvenRead()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"huge-{Guid.NewGuid():N}.json");
        try
        {
            using (var stream = File.Create(path))
            {
                stream.SetLength(10L << 30);
            }

            Assert.That(() => LockFile.Read(path), Throws.TypeOf<LockException>().With.Message.Contains("larger than"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void BytesThatAreNoTextAreALockException()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"bytes-{Guid.NewGuid():N}.json");
        try
        {
            File.WriteAllBytes(path, [.. "{\"schema\":1,\"suite\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
            Assert.That(() => LockFile.Read(path), Throws.TypeOf<LockException>());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void AnAbsentLockIsNull() => Assert.That(LockFile.Read("/nowhere/image.lock.json"), Is.Null);

    [Test]
    public void WritingTheSameAgainLeavesTheFileAlone()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"lock-{Guid.NewGuid():N}.json");
        try
        {
            LockFile.Write(path, Locks.Small());
            var then = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            File.SetLastWriteTimeUtc(path, then);
            LockFile.Write(path, Locks.Small());
            Assert.That(File.GetLastWriteTimeUtc(path), Is.EqualTo(then));
            Assert.That(LockFile.Serialize(LockFile.Read(path)!), Is.EqualTo(_text));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void AnyMutationIsReadOrIsALockException()
    {
        string[] pieces = ["\"", "{", "}", "[", "]", ",", ":", "\\", "-1", "null", "\\u0000", "..", "/", "\n", "é", "99999999999999999999", "\uD800"];
        Gen.Select(Gen.Int[0, _text.Length - 1], Gen.Int[0, 12], Gen.Int[0, pieces.Length - 1])
            .Array[1, 4]
            .Sample(
                edits =>
                {
                    var text = _text;
                    foreach (var (at, cut, piece) in edits)
                    {
                        var from = Math.Min(at, text.Length);
                        text = text[..from] + pieces[piece] + text[Math.Min(text.Length, from + cut)..];
                    }

                    try
                    {
                        LockFile.Parse(text, "l.json");
                    }
                    catch (LockException)
                    {
                        // The only error there may be.
                    }
                },
                iter: 5000);
    }

    [Test]
    public void AnyLockReadBackIsTheSame()
    {
        var name = Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789"].Array[2, 9].Select(letters => new string(letters));
        var package = Gen.Select(name, name, Gen.Char["0123456789.+~-"].Array[0, 6], Gen.Long[0, LockTimes], name.Array[1, 4])
            .Select((n, v, rest, newest, files) => new LockedPackage(
                Locks.Pin(n, $"1{v}{new string(rest)}", Locks.Amd64), newest, [.. files.Select(file => "/usr/lib/" + file).Distinct().Order(StringComparer.Ordinal)]));
        package.Array[0, 5].Sample(packages =>
        {
            var distinct = packages.DistinctBy(one => one.Pin.Name).OrderBy(one => one.Pin.Name, StringComparer.Ordinal).ToList();
            var any = new ImageLock("trixie", [], [new LockedPlatform(Locks.Amd64, [], distinct)]);
            var text = LockFile.Serialize(any);
            var back = LockFile.Parse(text, "l.json");
            return LockFile.Serialize(back) == text && LockFile.ContentDigest(back) == LockFile.ContentDigest(any);
        });
    }

    private const long LockTimes = 253402300799;
}
