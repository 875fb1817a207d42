using System.Globalization;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Configuration;
using Org.BouncyCastle.Bcpg;

namespace BusyboxGlibc.Tests.Debian.Suite;

/// <summary>A drill of what happens when an archive changes its key.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class KeyRolloverTests
{
    private const string Text = "Origin: Debian\n";

    private static readonly DateTime _now = TestArchive.Now.UtcDateTime;
    private static readonly TestKey _old = new(validSeconds: 10 * 86400, created: _now.AddDays(-5));
    private static readonly TestKey _new = new(created: _now.AddDays(-1));

    private static ArchiveKeyring Both => new([new MemoryStream(_old.PublicKey), new MemoryStream(_new.PublicKey)]);

    [Test]
    public void SignedByBothEitherKeyringVerifiesIt()
    {
        var signed = TestKey.SignAll(Text, _now, _old, _new);
        Assert.That(ClearSignedFile.Verify(signed, "it", _old.Keyring, _now), Has.Property("SignedBy").EqualTo(_old.Fingerprint).And.Property("KeysExpire").EqualTo(_now.AddDays(5)));
        Assert.That(ClearSignedFile.Verify(signed, "it", _new.Keyring, _now), Has.Property("SignedBy").EqualTo(_new.Fingerprint).And.Property("KeysExpire").Null);
        Assert.That(ClearSignedFile.Verify(signed, "it", Both, _now), Has.Property("SignedBy").EqualTo(_old.Fingerprint).And.Property("KeysExpire").Null, "the new one is known already");
        Assert.That(ClearSignedFile.Verify(TestKey.SignAll(Text, _now, _new, _old), "it", Both, _now).KeysExpire, Is.Null);
    }

    [Test]
    public void SignedByTheNewOneAloneTheOldKeyringRefusesIt()
    {
        Assert.That(Refusal(_new.Sign(Text, _now), _old.Keyring), Does.Contain(_new.KeyId).And.Contain("not one of the suite's keys"));
        Assert.That(ClearSignedFile.Verify(_new.Sign(Text, _now), "it", Both, _now).SignedBy, Is.EqualTo(_new.Fingerprint));
    }

    [Test]
    public void AnUnknownAnExpiredAndAWeakSignatureAreRefusedTogether()
    {
        Assert.That(Refusal(TestKey.Stranger.Sign(Text, _now), Both), Does.Contain("not one of the suite's keys"));
        Assert.That(Refusal(_old.Sign(Text, _now.AddDays(6)), _old.Keyring, _now.AddDays(7)), Does.Contain($"the key {_old.Fingerprint} had expired by then"));
        Assert.That(Refusal(_new.Sign(Text, _now, HashAlgorithmTag.Sha1), Both), Does.Contain("weak hash"));
        Assert.That(Refusal(TestKey.SignAll(Text, _now.AddDays(6), TestKey.Stranger, _old), Both, _now.AddDays(7)), Does.Contain(TestKey.Stranger.KeyId).And.Contain("had expired by then"));
    }

    [Test]
    public async Task TheLastNinetyDaysOfAKeyAreToldOnce()
    {
        foreach (var (days, word) in new[] { (91, string.Empty), (89, "expires"), (-1, "expired") })
        {
            using var bench = new ArchiveBench();
            var key = new TestKey(validSeconds: 100 * 86400, created: _now.AddDays(days - 100));
            _ = new TestArchive(bench.Served, [], new TestArchiveOptions { Key = key, Date = TestArchive.Now.AddDays(Math.Min(0, days) - 1) });
            using var suite = await bench.OpenAsync(new SuiteOptions("trixie", ChecksValidUntil: false), keyring: key.Keyring);
            var said = bench.Board.Warnings.Where(text => text.StartsWith("the archive key ", StringComparison.Ordinal)).ToList();
            Assert.That(said, word.Length == 0 ? Is.Empty : Has.Count.EqualTo(1).And.All.StartsWith($"the archive key {key.Fingerprint}, which verifies trixie").And.All.Contain($", {word} on {_now.AddDays(days):yyyy-MM-dd}: "));
        }
    }

    /// <summary>The table of docs/networks.md has the dates of the keys that the program has.</summary>
    [TestCase("docs/networks.md")]
    [TestCase("docs/networks.zh-CN.md")]
    public void TheTableHasTheKeysAndTheirDates(string page)
    {
        var text = File.ReadAllText(ProjectFiles.Path(page));
        foreach (var suite in Suites.All.Where(suite => suite.KeysOf is null))
        {
            foreach (var key in ArchiveKeyring.For(suite.Codename).Keys.DistinctBy(key => key.Fingerprint))
            {
                var row = string.Create(CultureInfo.InvariantCulture, $"`{key.Fingerprint}` | {key.Primary.CreationTime:yyyy-MM-dd} | {key.Expires:yyyy-MM-dd} |");
                Assert.That(text, Does.Contain(row), $"{suite.Codename}: {row}");
            }
        }
    }

    private static string Refusal(byte[] file, ArchiveKeyring keyring, DateTime? now = null) => Assert.Throws<DebianException>(() => ClearSignedFile.Verify(file, "it", keyring, now ?? _now))!.Message;
}
