using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using Org.BouncyCastle.Bcpg;

namespace BusyboxGlibc.Tests.Debian.Suite;

[Category(Categories.Unit)]
internal sealed class ClearSignedFileTests
{
    private const string Text = "first line\n- dashed\n-----BEGIN nothing\ntrailing blanks  \n\nlast\n";

    private static readonly DateTime _now = TestArchive.Now.UtcDateTime;
    private static readonly byte[] _good = TestKey.Archive.Sign(Text, _now);

    [Test]
    public void AGoodFileGivesItsTextAndWhoSignedItWhen()
    {
        var signed = ClearSignedFile.Verify(_good, "it", TestKey.Archive.Keyring, _now);
        Assert.That(Encoding.UTF8.GetString(signed.Text), Is.EqualTo(Text.Replace("blanks  ", "blanks")), "blanks at the end of a line are not signed");
        Assert.That(signed.SignedBy, Is.EqualTo(TestKey.Archive.Fingerprint));
        Assert.That(signed.SignedAt, Is.EqualTo(_now));
    }

    [Test]
    public void LineEndsOfWindowsDoNotBreakTheSignature() =>
        Assert.That(ClearSignedFile.Verify(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_good).Replace("\n", "\r\n")), "it", TestKey.Archive.Keyring, _now).SignedBy, Is.Not.Empty);

    [TestCase(HashAlgorithmTag.Sha384)]
    [TestCase(HashAlgorithmTag.Sha512)]
    public void LongerHashesAreBelieved(HashAlgorithmTag hash) =>
        Assert.That(ClearSignedFile.Verify(TestKey.Archive.Sign(Text, _now, hash), "it", TestKey.Archive.Keyring, _now).SignedAt, Is.EqualTo(_now));

    [Test]
    public void AKeyOfAnotherAlgorithmIsBelieved()
    {
        var key = new TestKey(isEdwards: true);
        var signed = key.Sign(Text, _now);
        Assert.That(ClearSignedFile.Verify(signed, "it", key.Keyring, _now).SignedBy, Is.EqualTo(key.Fingerprint));
        Assert.That(
            () => ClearSignedFile.Verify(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(signed).Replace("first", "worst")), "it", key.Keyring, _now),
            Throws.TypeOf<DebianException>().With.Message.Contains("is not what"));
    }

    // One in 256 is written with a byte less than its key has.
    [Test]
    public void ANumberWithLeadingZerosIsASignatureToo()
    {
        for (var round = 0; round < 1000; round++)
        {
            var at = _now.AddSeconds(-round);
            Assert.That(ClearSignedFile.Verify(TestKey.Archive.Sign("text\n", at), "it", TestKey.Archive.Keyring, _now).SignedAt, Is.EqualTo(at));
        }
    }

    [Test]
    public void AnUnknownKeyIsNamedById() =>
        Assert.That(Refused(TestKey.Stranger.Sign(Text, _now)), Does.Contain(TestKey.Stranger.KeyId).And.Contain("not one of the suite's"));

    [Test]
    public void AnAlteredTextIsRefused() => Assert.That(Refused(Altered("first", "worst")), Does.Contain("is not what").And.Contain(TestKey.Archive.Fingerprint));

    [TestCase("last\n", "last\nmore\n")]
    [TestCase("first line\n", "")]
    [TestCase("\n\nfirst", "\nComment: x\n\nfirst")]
    [TestCase("- - dashed", "- dashed")]
    [TestCase("- - dashed", "-dashed")]
    [TestCase("-----BEGIN PGP SIGNED", "Suite: evil\n-----BEGIN PGP SIGNED")]
    public void AnyOtherChangeIsRefusedToo(string from, string to) => Refused(Altered(from, to));

    [Test]
    public void TextAfterTheSignatureIsRefused() => Assert.That(Refused([.. _good, .. "Suite: evil\n"u8]), Does.Contain("after its signature"));

    [Test]
    public void ASecondSignedMessageIsRefused() => Assert.That(Refused([.. _good, .. _good]), Does.Contain("after its signature"));

    [Test]
    public void AFileCutShortAnywhereIsRefused()
    {
        for (var length = 0; length < _good.Length - 2; length += 7)
        {
            Refused(_good[..length]);
        }
    }

    [Test]
    public void APlainTextIsRefused() => Assert.That(Refused(Encoding.UTF8.GetBytes(Text)), Does.Contain("not clear-signed"));

    [Test]
    public void ASignatureWithoutPacketsIsRefused() =>
        Refused("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nx\n-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n"u8.ToArray());

    // All of it is from anybody on the network: what it costs is bounded before a signature is looked at.
    [TestCase("", "\n", 16 << 20)]
    [TestCase("", "\n", 2 << 20)]
    [TestCase("-----BEGIN PGP SIGNED MESSAGE-----\n", "\n", 2 << 20)]
    [TestCase("-----BEGIN PGP SIGNED MESSAGE-----\n", "Hash: x\n", 2 << 20)]
    [TestCase("-----BEGIN PGP SIGNED MESSAGE-----\n\n", "\n", 2 << 20)]
    [TestCase("-----BEGIN PGP SIGNED MESSAGE-----\n\n", "a\n", 2 << 20)]
    [TestCase("-----BEGIN PGP SIGNED MESSAGE-----\n\n-----BEGIN PGP SIGNATURE-----\n", "\n", 2 << 20)]
    [TestCase("-----BEGIN PGP SIGNED MESSAGE-----\n\n-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n", "\n", 2 << 20)]
    public void AFileOfNothingButLinesCostsNoMoreThanAFewTimesItsSize(string start, string line, int size)
    {
        var file = Encoding.ASCII.GetBytes(start + string.Concat(Enumerable.Repeat(line, (size - start.Length) / line.Length)));
        Refused("x"u8.ToArray());
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(file);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(32L << 20));
    }

    [Test]
    public void ASignatureOfManyBytesIsRefused() => Assert.That(
        Refused([.. _good[..^"-----END PGP SIGNATURE-----\n".Length], .. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('A', 63) + "\n", 2000))), .. "-----END PGP SIGNATURE-----\n"u8]),
        Does.Contain("signature is larger"));

    [TestCase(HashAlgorithmTag.Sha1)]
    [TestCase(HashAlgorithmTag.MD5)]
    public void AWeakHashIsRefused(HashAlgorithmTag hash) => Assert.That(Refused(TestKey.Archive.Sign(Text, _now, hash)), Does.Contain("weak hash"));

    [Test]
    public void ASignatureFromTheFutureIsRefused() => Assert.That(Refused(TestKey.Archive.Sign(Text, _now.AddDays(3))), Does.Contain("future"));

    [Test]
    public void AKeyThatHadExpiredIsRefused()
    {
        var key = new TestKey(validSeconds: 3600);
        Assert.That(Refused(key.Sign(Text, _now), key.Keyring), Does.Contain("expired"));
    }

    [Test]
    public void AKeyThatExpiredOnlyLaterIsStillBelieved()
    {
        var key = new TestKey(validSeconds: 3600, _now.AddDays(-2));
        Assert.That(ClearSignedFile.Verify(key.Sign(Text, _now.AddDays(-2).AddMinutes(5)), "it", key.Keyring, _now).SignedBy, Is.EqualTo(key.Fingerprint));
    }

    [Test]
    public void ASignatureThatHasExpiredIsRefused()
    {
        var signed = TestKey.Archive.Sign(Text, _now.AddDays(-2), expiresAfterSeconds: 86400);
        Assert.That(Refused(signed), Does.Contain("has expired").And.Contain(TestKey.Archive.Fingerprint));
        Assert.That(ClearSignedFile.Verify(signed, "it", TestKey.Archive.Keyring, _now.AddDays(-1.5)).SignedBy, Is.Not.Empty);
    }

    [Test]
    public void ASignatureOlderThanItsKeyIsRefused()
    {
        var key = new TestKey(created: _now.AddDays(-1));
        Assert.That(Refused(key.Sign(Text, _now.AddDays(-9)), key.Keyring), Does.Contain("did not exist").And.Contain(key.Fingerprint));
    }

    [Test]
    public void ASuiteWithoutKeysIsAnErrorThatSaysWhatToDo() =>
        Assert.That(
            Assert.Throws<DebianException>(() => ArchiveKeyring.For("buster"))!.Message,
            Does.Contain("buster").And.Contain("bookworm, trixie").And.Contain("--suite=").And.Contain("build/Debian/Keys"));

    [Test]
    public void AKeyThatIsNoKeyIsRefused() => Assert.Throws<DebianException>(() => _ = new ArchiveKeyring([new MemoryStream([1, 2, 3, 200, 17])]));

    [TestCase("trixie")]
    [TestCase("bookworm")]
    public void TheShippedKeysAreThere(string codename) => Assert.That(ArchiveKeyring.For(codename).KeyIds, Is.Not.Empty);

    private static string Refused(byte[] file, ArchiveKeyring? keyring = null) =>
        Assert.Throws<DebianException>(() => ClearSignedFile.Verify(file, "http://mirror/InRelease", keyring ?? TestKey.Archive.Keyring, _now))!.Message;

    private static byte[] Altered(string from, string to)
    {
        var text = Encoding.UTF8.GetString(_good);
        Assert.That(text, Does.Contain(from));
        return Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
    }
}
