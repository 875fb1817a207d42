using System.Security.Cryptography;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Tests.Debian.Suite;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class KnownSignaturesTests
{
    private const string Text = "Origin: Debian\n";

    private static readonly DateTime _now = TestArchive.Now.UtcDateTime;
    private static readonly TestKey _key = new(validSeconds: 30 * 86400, created: _now.AddDays(-1));
    private static readonly byte[] _signed = _key.Sign(Text, _now, expiresAfterSeconds: 86400);

    [Test]
    public void AFileIsVerifiedOnce()
    {
        using var cache = new TemporaryFolder();
        var first = Verify(cache, _signed, _key.Keyring, _now);
        Assert.That(first, Has.Property("SignedBy").EqualTo(_key.Fingerprint).And.Property("KeysExpire").EqualTo(_now.AddDays(29)).And.Property("SignaturesExpire").EqualTo(_now.AddDays(1)));

        // The checksum alone is asked about: bytes that are no signed file would be refused if they were verified.
        var again = new KnownSignatures(cache.Path).Verify([], Sha256(_signed), "it", _key.Keyring, _now.AddHours(1));
        Assert.That(again, Is.EqualTo(first with { Text = again.Text }));
        Assert.That(again.Text, Is.EqualTo(first.Text).And.EqualTo(System.Text.Encoding.UTF8.GetBytes(Text)));
        Assert.That(again.SignedAt.Kind, Is.EqualTo(first.SignedAt.Kind));
    }

    [Test]
    public void OtherBytesOtherKeysAndOtherTimesAreVerified()
    {
        using var cache = new TemporaryFolder();
        Verify(cache, _signed, _key.Keyring, _now);
        byte[] changed = [.. _signed];
        changed[Array.IndexOf(changed, (byte)'D', 40)] = (byte)'d';
        Assert.That(() => Verify(cache, changed, _key.Keyring, _now), Throws.InstanceOf<DebianException>().With.Message.Contains("is not what"));
        Assert.That(() => Verify(cache, _signed, TestKey.Archive.Keyring, _now), Throws.InstanceOf<DebianException>().With.Message.Contains("not one of the suite's keys"));
        Assert.That(() => Verify(cache, _signed, _key.Keyring, _now.AddDays(-3)), Throws.InstanceOf<DebianException>().With.Message.Contains("from the future"));
        Assert.That(() => Verify(cache, _signed, _key.Keyring, _now.AddDays(3)), Throws.InstanceOf<DebianException>().With.Message.Contains("has expired"));
    }

    [Test]
    public void WhatIsRefusedIsNotKept()
    {
        using var cache = new TemporaryFolder();
        for (var time = 0; time < 2; time++)
        {
            Assert.That(() => Verify(cache, _signed, TestKey.Stranger.Keyring, _now), Throws.InstanceOf<DebianException>());
        }

        Assert.That(Directory.Exists(Path.Combine(cache.Path, "derived", "signatures")), Is.False);
    }

    [Test]
    public void ADamagedEntryIsVerifiedAgain()
    {
        using var cache = new TemporaryFolder();
        Verify(cache, _signed, _key.Keyring, _now);
        var entry = Directory.GetFiles(Path.Combine(cache.Path, "derived", "signatures")).Single();
        var whole = File.ReadAllBytes(entry);
        foreach (var damaged in new[] { whole[..^1], [], [.. whole[..100], (byte)(whole[100] ^ 1), .. whole[101..]] })
        {
            File.WriteAllBytes(entry, damaged);
            Assert.That(() => new KnownSignatures(cache.Path).Verify([], Sha256(_signed), "it", _key.Keyring, _now), Throws.InstanceOf<DebianException>());
        }

        Assert.That(Verify(cache, _signed, _key.Keyring, _now).SignedBy, Is.EqualTo(_key.Fingerprint));
        Assert.That(File.ReadAllBytes(entry), Is.EqualTo(whole));
    }

    private static SignedText Verify(TemporaryFolder cache, byte[] file, ArchiveKeyring keyring, DateTime now) => new KnownSignatures(cache.Path).Verify(file, Sha256(file), "it", keyring, now);

    private static string Sha256(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file));
}
