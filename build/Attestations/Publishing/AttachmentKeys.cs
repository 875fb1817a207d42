namespace BusyboxGlibc.Attestations.Publishing;

/// <summary>The annotations by which clients find an attestation.</summary>
internal static class AttachmentKeys
{
    /// <summary>The predicate type of a statement without a signature, as BuildKit and trivy spell it.</summary>
    public const string PredicateType = "in-toto.io/predicate-type";

    /// <summary>What a Sigstore bundle contains (cosign, specs/BUNDLE_SPEC.md).</summary>
    public const string BundleContent = "dev.sigstore.bundle.content";

    /// <summary>The value of <see cref="BundleContent"/> for a statement.</summary>
    public const string DsseEnvelope = "dsse-envelope";

    /// <summary>The predicate type of the statement in a bundle.</summary>
    public const string BundlePredicateType = "dev.sigstore.bundle.predicateType";

    /// <summary>The predicate type of a layer of cosign's older form (cosign, specs/ATTESTATION_SPEC.md).</summary>
    public const string LegacyPredicateType = "predicateType";
}
