using System.Text;
using BusyboxGlibc.Attestations;
using BusyboxGlibc.Attestations.Signing;
using CsCheck;

namespace BusyboxGlibc.Tests.Attestations.Signing;

/// <summary>Bundles are read as written, equal for equal content, and nothing that was changed is believed.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SigstoreBundleTests
{
    private static readonly byte[] _statement = "{\"_type\":\"https://in-toto.io/Statement/v1\"}"u8.ToArray();

    [Test]
    public void ABundleIsReadAsWrittenAndVerifies()
    {
        using var key = SignedImages.NewKey();
        var bytes = SigstoreBundle.Sign(_statement, key).Write();
        var read = SigstoreBundle.Read(bytes, "b");
        Assert.That(read.Envelope.Payload, Is.EqualTo(_statement));
        Assert.That(read.Envelope.IsSignedBy(key.PublicKey), Is.True);
        Assert.That(read.Hint, Is.EqualTo(key.PublicKey.Hint));
        Assert.That(SigstoreBundle.Sign(_statement, key).Write(), Is.EqualTo(bytes), "signing again gives the same");
        using var other = SignedImages.NewKey();
        Assert.That(read.Envelope.IsSignedBy(other.PublicKey), Is.False);
    }

    [Test]
    public void AChangedPayloadOrTypeIsNotSigned()
    {
        using var key = SignedImages.NewKey();
        var envelope = DsseEnvelope.Sign(_statement, key);
        Assert.That((envelope with { Payload = [.. _statement, 32] }).IsSignedBy(key.PublicKey), Is.False);
        Assert.That((envelope with { PayloadType = "text/plain" }).IsSignedBy(key.PublicKey), Is.False);
    }

    [Test]
    public void AnyChangedByteIsRefusedOrNotSigned()
    {
        using var key = SignedImages.NewKey();
        var bytes = SigstoreBundle.Sign(_statement, key).Write();
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte[1, 255]).Sample(change =>
        {
            var changed = (byte[])bytes.Clone();
            changed[change.Item1] ^= change.Item2;
            try
            {
                var read = SigstoreBundle.Read(changed, "b");
                return !read.Envelope.IsSignedBy(key.PublicKey) || read.Envelope.Payload.AsSpan().SequenceEqual(_statement);
            }
            catch (AttestationException)
            {
                return true;
            }
        });
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"dsseEnvelope":[]}""")]
    [TestCase("""{"dsseEnvelope":{"payload":"AA==","payloadType":"x","signatures":[]}}""")]
    [TestCase("""{"dsseEnvelope":{"payload":"AA==","payloadType":"x","signatures":[{"sig":"AA=="},{"sig":"AA=="}]}}""")]
    [TestCase("""{"dsseEnvelope":{"payload":"?","payloadType":"x","signatures":[{"sig":"AA=="}]}}""")]
    [TestCase("""{"messageSignature":{"messageDigest":{},"signature":"AA=="}}""")]
    [TestCase("""{"verificationMaterial":[],"dsseEnvelope":{"payload":"AA==","payloadType":"x","signatures":[{"sig":"AA=="}]}}""")]
    public void WhatIsNoBundleIsAnError(string json) =>
        Assert.That(() => SigstoreBundle.Read(Encoding.UTF8.GetBytes(json), "b"), Throws.TypeOf<AttestationException>().With.Message.Contains("b"));
}
