namespace BusyboxGlibc.Configuration;

/// <content>The options for what is published beside the image.</content>
internal static partial class OptionTable
{
    private static readonly string[] _attestForms = ["auto", "referrers", "file", None];

    /// <summary><c>[Publish] Attest</c>.</summary>
    public static Option Attest { get; } = new(
        "Publish", "Attest", "attest",
        "Where attestations and signatures of a published image are stored: auto is what the registry accepts, which never fails a publish; referrers is OCI 1.1 artifacts or an error; file is artifacts/attestations only.",
        "auto", string.Join(", ", _attestForms))
    {
        Example = "file", Tasks = ["Attest", "Publish"],
        Words = _attestForms,
    };

    /// <summary><c>[Publish] Sign</c>.</summary>
    public static Option Sign { get; } = new(
        "Publish", "Sign", "sign",
        "The private key that signs the image and its attestations: a PEM file with an ECDSA P-256 key, of openssl or of cosign generate-key-pair, or env://NAME. COSIGN_PASSWORD has the password of an encrypted one.",
        None, "a file, env://NAME, or none")
    {
        Example = "signing.key", Tasks = ["Attest", "Publish"],
    };
}
