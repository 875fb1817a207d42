using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using Org.BouncyCastle.Bcpg;

namespace BusyboxGlibc.Tests.Debian.Suite;

/// <summary>A drill with an archive of one's own, signed by a key of one's own.</summary>
[Category(Categories.Unit)]
[Parallelizable(ParallelScope.All)]
internal sealed class OwnKeyringTests
{
    private static readonly DateTime _now = TestArchive.Now.UtcDateTime;

    [TestCase(false)]
    [TestCase(true)]
    public async Task AnArchiveSignedByTheKeyIsTakenAndSaysByWhom(bool isArmored)
    {
        using var bench = new ArchiveBench();
        var key = new TestKey(isEdwards: isArmored);
        _ = new TestArchive(bench.Served, [TestPackage.Of("libfoo")], new TestArchiveOptions { Key = key });
        using var suite = await bench.OpenAsync(keyring: Read(bench, isArmored ? Armor(key.PublicKey) : key.PublicKey));
        Assert.That((await suite.PackagesAsync("amd64", default)).Find("libfoo"), Is.Not.Null);
        Assert.That(suite.Releases.Select(release => release.SignedBy), Is.All.EqualTo(key.Fingerprint), "which the lock records");
    }

    [Test]
    public async Task OnlyThatKeyringIsTrusted()
    {
        using var bench = new ArchiveBench();
        var (own, other) = (new TestKey(), new TestKey());
        _ = new TestArchive(bench.Served, [], new TestArchiveOptions { Key = other });
        var refusal = await RefusalAsync(bench, Read(bench, own.PublicKey));
        Assert.That(refusal, Does.Contain($"signed by the key {other.KeyId}, which is not in {bench.Folder}/own.gpg").And.Contain("add the archive's key to the keyring"));
        Assert.That(await RefusalAsync(bench, ArchiveKeyring.For("trixie")), Does.Contain("not one of the suite's keys"), "nor is it Debian's");
    }

    [Test]
    public async Task AnExpiredKeyAndAWeakHashAreRefused()
    {
        using var bench = new ArchiveBench();
        var key = new TestKey(validSeconds: 10 * 86400, created: _now.AddDays(-20));
        _ = new TestArchive(bench.Served, [], new TestArchiveOptions { Key = key });
        Assert.That(await RefusalAsync(bench, Read(bench, key.PublicKey)), Does.Contain($"the key {key.Fingerprint} had expired by then"));

        var strong = new TestKey();
        _ = new TestArchive(bench.Served, [], new TestArchiveOptions { Key = strong });
        foreach (var path in Directory.GetFiles(bench.Served, "InRelease", SearchOption.AllDirectories))
        {
            var text = Encoding.UTF8.GetString(ClearSignedFile.Verify(File.ReadAllBytes(path), path, strong.Keyring, _now).Text);
            await File.WriteAllBytesAsync(path, strong.Sign(text, _now.AddDays(-1), HashAlgorithmTag.Sha1));
        }

        Assert.That(await RefusalAsync(bench, Read(bench, strong.PublicKey)), Does.Contain($"its signature by {strong.Fingerprint} uses the weak hash Sha1"));
    }

    [Test]
    public async Task TheEndOfAKeyIsToldWithTheFileToChange()
    {
        using var bench = new ArchiveBench();
        var key = new TestKey(validSeconds: 100 * 86400, created: _now.AddDays(-50));
        _ = new TestArchive(bench.Served, [], new TestArchiveOptions { Key = key });
        using var suite = await bench.OpenAsync(keyring: Read(bench, key.PublicKey));
        Assert.That(bench.Board.Warnings, Has.Some.Contains($"add the archive's next key to {bench.Folder}/own.gpg"));
    }

    [Test]
    public async Task WhatOneKeyringVerifiedIsNotTakenForWhatAnotherDoes()
    {
        using var bench = new ArchiveBench();
        var own = new TestKey();
        _ = new TestArchive(bench.Served, [TestPackage.Of("libfoo", "2.0")], new TestArchiveOptions { Key = own, Date = TestArchive.Now });
        (await bench.OpenAsync(keyring: Read(bench, own.PublicKey))).Dispose();
        _ = new TestArchive(bench.Served, [TestPackage.Of("libfoo", "1.0")]);
        using var suite = await bench.OpenAsync();
        Assert.That((await suite.PackagesAsync("amd64", default)).Find("libfoo")!.Pin.Version, Is.EqualTo("1.0"));
        Assert.That(bench.Board.Warnings, Is.Empty, "it did not go back in time");
        using var offline = await bench.OpenAsync(isOffline: true, keyring: Read(bench, own.PublicKey));
        Assert.That(offline.Releases[0].SignedBy, Is.EqualTo(own.Fingerprint));
    }

    [Test]
    public void SeveralKeysOfSeveralFilesAndBlocksAreRead()
    {
        using var folder = new TemporaryFolder();
        TestKey[] keys = [new(), new(), new(), new()];
        File.WriteAllBytes(folder["a.gpg"], [.. keys[0].PublicKey, .. keys[1].PublicKey]);
        File.WriteAllBytes(folder["b.asc"], [.. "a comment\n"u8, .. Armor(keys[2].PublicKey), .. "\r\nanother\n"u8, .. Armor(keys[3].PublicKey)]);
        var keyring = KeyringFile.Read([folder["a.gpg"], folder["b.asc"]], "here");
        Assert.That(keyring.Fingerprints, Is.EqualTo(keys.Select(key => key.Fingerprint).Order(StringComparer.Ordinal)));
        Assert.That((keyring.Own, keyring.Scope), Is.EqualTo(($"{folder["a.gpg"]} or {folder["b.asc"]}", KeyringFile.Read([folder["b.asc"], folder["a.gpg"]], "here").Scope)));
    }

    [TestCase("", "it is empty")]
    [TestCase("hello", "it contains no OpenPGP public key")]
    [TestCase("<!DOCTYPE html><html>", "it is a web page")]
    [TestCase("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----\n", "it contains a private key")]
    [TestCase("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ", "it is truncated")]
    [TestCase("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ$$$\n=AAAA\n-----END PGP PUBLIC KEY BLOCK-----\n", "")]
    [TestCase("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----\n", "")]
    [TestCase("\0\0\0\u0020\u0001\u0001\0\u0002KBXf\0\0\0\0", "it is a keybox of GnuPG")]
    public void AFileThatIsNoKeyringIsRefused(string content, string why)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["it"], Encoding.Latin1.GetBytes(content));
        var error = Assert.Throws<DebianException>(() => KeyringFile.Read([folder["it"]], "argument --keyring"))!;
        Assert.That(error.Message, Does.Contain($"the keyring {folder["it"]} cannot be used").And.Contain("argument --keyring").And.Contain(why).And.Contain("gpg --export"));
    }

    [Test]
    public void AKeyThatIsCutShortOrChangedNeverCrashes()
    {
        using var folder = new TemporaryFolder();
        var whole = new TestKey().PublicKey;
        Assert.Multiple(() =>
        {
            for (var length = 1; length < whole.Length; length += 7)
            {
                foreach (var bytes in new[] { whole[..length], [.. whole[..length], (byte)(whole[length] ^ 0xFF), .. whole[(length + 1)..]] })
                {
                    File.WriteAllBytes(folder["it"], bytes);
                    try
                    {
                        KeyringFile.Read([folder["it"]], "here");
                    }
                    catch (DebianException error)
                    {
                        Assert.That(error.Message, Does.Contain("cannot be used"));
                    }
                }
            }
        });
    }

    [TestCase("missing", "there is no such file")]
    [TestCase(".", "it is a folder")]
    public void AFileThatIsNotThereIsTold(string name, string why)
    {
        using var folder = new TemporaryFolder();
        Assert.That(Assert.Throws<DebianException>(() => KeyringFile.Read([folder[name]], "here"))!.Message, Does.Contain(why));
    }

    private static ArchiveKeyring Read(ArchiveBench bench, byte[] content)
    {
        var path = Path.Combine(bench.Folder, "own.gpg");
        File.WriteAllBytes(path, content);
        return KeyringFile.Read([path], "argument --keyring");
    }

    private static async Task<string> RefusalAsync(ArchiveBench bench, ArchiveKeyring keyring) => (await Assert.ThrowsAsync<DebianException>(async () => (await bench.OpenAsync(keyring: keyring)).Dispose()))!.Message;

    private static byte[] Armor(byte[] key)
    {
        using var armored = new MemoryStream();
        using (var armor = new ArmoredOutputStream(armored))
        {
            armor.Write(key);
        }

        return armored.ToArray();
    }
}
