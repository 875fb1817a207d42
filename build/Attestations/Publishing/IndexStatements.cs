using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Attestations.Publishing;

/// <summary>Statements in the form in which they stand in an index.</summary>
internal static class IndexStatements
{
    /// <summary>The statements about each image of a layout, in the order of its index.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="statements">Statements about one platform's image each.</param>
    /// <exception cref="AttestationException">A statement is about another image.</exception>
    public static IReadOnlyList<AttestedImage> Of(OciLayoutReader layout, IEnumerable<Attestation> statements)
    {
        var about = statements.Select(statement => SubjectStatement.Of(layout, statement)).ToLookup(one => one.Subject.Digest, StringComparer.Ordinal);
        return [.. layout.Manifests.Where(manifest => !manifest.IsAttestation).Select(image => new AttestedImage(image, [.. about[image.Digest].Select(Layer)]))];
    }

    private static (ReadOnlyMemory<byte>, string, IReadOnlyDictionary<string, string>) Layer(SubjectStatement one) =>
        (one.Attestation.Content, InTotoStatement.MediaType, new Dictionary<string, string> { [AttachmentKeys.PredicateType] = one.PredicateType });
}
