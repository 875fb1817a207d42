namespace BusyboxGlibc.Attestations.Statements;

/// <summary>What statements say about an image: the type of a predicate, and the word for it in the names of files.</summary>
internal static class PredicateTypes
{
    /// <summary>An SPDX document (in-toto predicate <c>spdx</c>).</summary>
    public const string Spdx = "https://spdx.dev/Document";

    /// <summary>A CycloneDX bill of materials (in-toto predicate <c>cyclonedx</c>).</summary>
    public const string CycloneDx = "https://cyclonedx.org/bom";

    /// <summary>How and from what it was built (SLSA provenance v1).</summary>
    public const string Provenance = "https://slsa.dev/provenance/v1";

    /// <summary>The results of tests (in-toto predicate <c>test-result</c>).</summary>
    public const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";

    /// <summary>That a verifier accepted it (SLSA verification summary v1).</summary>
    public const string VerificationSummary = "https://slsa.dev/verification_summary/v1";

    /// <summary>Which vulnerabilities concern it (OpenVEX, ATTESTING.md: without the version, which the document has; cosign and openvex/discovery compare it as a whole).</summary>
    public const string OpenVex = "https://openvex.dev/ns";
}
