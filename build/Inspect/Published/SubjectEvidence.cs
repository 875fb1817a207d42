using BusyboxGlibc.Attestations;
using BusyboxGlibc.Attestations.Signing;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Registry.Attachments;

namespace BusyboxGlibc.Inspect.Published;

/// <summary>What is stored beside one manifest, as far as it is believed: with a key what that key signed, without one everything that is about the manifest.</summary>
internal sealed class SubjectEvidence
{
    private readonly List<InTotoStatement> _statements = [];

    /// <summary>Examines what was found.</summary>
    /// <param name="digest">The digest of the manifest.</param>
    /// <param name="found">What was found beside it.</param>
    /// <param name="key">The key; null to believe without one.</param>
    /// <param name="isIndexSigned">Whether the key has signed the index, and with it everything that stands in it.</param>
    public SubjectEvidence(string digest, IReadOnlyList<FoundAttachment> found, PublicKey? key, bool isIndexSigned = false)
    {
        foreach (var one in found)
        {
            if (one.Fault is { } fault && !IsOfInterest(one.Type))
            {
                Strange.Add((one.Where, SafeText.Text(fault)));
                continue;
            }

            try
            {
                Examine(digest, one, one.IsInIndex && isIndexSigned ? null : key);
            }
            catch (AttestationException error)
            {
                Refused.Add($"{SafeText.Text(error.What)}{(error.Why is { } why ? $", {SafeText.Text(why)}" : string.Empty)}");
            }
        }
    }

    /// <summary>The types of attachments that are of interest.</summary>
    public static bool IsOfInterest(string mediaType) => mediaType is SigstoreBundle.MediaType or InTotoStatement.MediaType or DsseEnvelope.MediaType or CosignStatements.SimpleSigning;

    /// <summary>Whether the key has signed the manifest itself.</summary>
    public bool IsSigned { get; private set; }

    /// <summary>What others stored there and cannot be read: where, and why not.</summary>
    public IList<(string Where, string Why)> Strange { get; } = [];

    /// <summary>Why what was found is not believed, each time. Others may store what they want beside an image, so this alone refutes nothing.</summary>
    public IList<string> Refused { get; } = [];

    /// <summary>The predicate of a statement of that type about the manifest; null if there is none.</summary>
    public ReadOnlyMemory<byte>? Find(string predicateType) => _statements.FirstOrDefault(statement => statement.PredicateType == predicateType)?.Predicate;

    private void Examine(string digest, FoundAttachment one, PublicKey? key)
    {
        if (one.Fault is not null)
        {
            throw new AttestationException("it is damaged", why: one.Fault);
        }

        if (one.Type == CosignStatements.SimpleSigning)
        {
            IsSigned |= key is not null && one.Signature is { } signature && IsBase64(signature, out var bytes) && key.Verifies(one.Content, bytes) && CosignStatements.DigestOf(one.Content) == digest;
            return;
        }

        var envelope = one.Type switch
        {
            SigstoreBundle.MediaType => SigstoreBundle.Read(one.Content, one.Type).Envelope,
            DsseEnvelope.MediaType => DsseEnvelope.Parse(one.Content, one.Type),
            _ => null,
        };
        if (key is not null && (envelope is null || !envelope.IsSignedBy(key)))
        {
            throw new AttestationException(envelope is null ? "it is not signed" : "it is signed by another key");
        }

        var statement = InTotoStatement.Read(envelope?.Payload ?? one.Content, "its content");
        if (!statement.IsAbout(digest))
        {
            throw new AttestationException("it is about another image");
        }

        if (statement.PredicateType == CosignStatements.PredicateType)
        {
            IsSigned |= key is not null;
        }
        else
        {
            _statements.Add(statement);
        }
    }

    private static bool IsBase64(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        var isRight = Convert.TryFromBase64String(text, bytes, out var length);
        bytes = bytes[..length];
        return isRight;
    }
}
