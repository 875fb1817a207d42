using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Attestations.Results;

/// <summary>That Verify accepted an image, as a SLSA verification summary v1 (https://slsa.dev/spec/v1.0/verification_summary).</summary>
/// <param name="Resource">The package URL of the image.</param>
/// <param name="Rules">The names of the rules.</param>
/// <param name="Inputs">The statements that were looked at: the names of their files, and digests.</param>
internal sealed record VerificationSummary(string Resource, IReadOnlyList<string> Rules, IReadOnlyList<(string Name, string Digest)> Inputs)
{
    private const string Verifier = "urn:busybox-glibc:verify:1";

    /// <summary>The predicate. <c>timeVerified</c>, which is optional, is left out: the same image gets the same statement.</summary>
    public byte[] Predicate() => OciJson.Object(json =>
    {
        json.WriteStartObject("verifier");
        json.WriteString("id", Verifier);
        json.WriteEndObject();
        json.WriteString("resourceUri", Resource);
        json.WriteStartObject("policy");
        json.WriteString("uri", $"{Verifier}#{string.Join(',', Rules)}");
        json.WriteEndObject();
        json.List("inputAttestations", Inputs, one =>
        {
            json.WriteString("uri", one.Name);
            json.WriteStartObject("digest");
            json.WriteString("sha256", OciDigest.Hex(one.Digest));
            json.WriteEndObject();
        });
        json.WriteString("verificationResult", "PASSED");

        // Level 1 is that there is provenance; more would take a look at its signature.
        json.Texts("verifiedLevels", ["SLSA_BUILD_LEVEL_1", "BUSYBOX_GLIBC_VERIFIED"]);
        json.WriteString("slsaVersion", "1.0");
    });
}
