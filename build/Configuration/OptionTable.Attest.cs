namespace BusyboxGlibc.Configuration;

/// <content>The options for what is published beside the image.</content>
internal static partial class OptionTable
{
    private static readonly string[] _attestForms = ["auto", "index", "referrers", "file", None];

    /// <summary><c>[Publish] Attest</c>.</summary>
    public static Option Attest { get; } = new(
        "Publish", "Attest", "attest",
        "Where attestations and signatures of a published image are stored: auto is what the registry accepts, which never fails a publish; index puts SBOM and provenance of each image into its index, as docker buildx does, which changes the digest of the index; referrers is OCI 1.1 artifacts or an error; file is artifacts/attestations only.",
        "auto", string.Join(", ", _attestForms))
    {
        Example = "file", Tasks = ["Attest", "Tag", "Archive", "Summary", "Default", "Load", "Publish"],
        Words = _attestForms,
    };

    /// <summary><c>[Publish] Sign</c>.</summary>
    public static Option Sign { get; } = new(
        "Publish", "Sign", "sign",
        "The private key that signs the image and its attestations: a PEM file with an ECDSA P-256 key, of openssl or of cosign generate-key-pair, or env://NAME. COSIGN_PASSWORD has the password of an encrypted one. cosign means the program of that name, which signs without a key, with the identity of a CI job.",
        None, "a file, env://NAME, cosign, or none")
    {
        Example = "signing.key", Tasks = ["Attest", "CheckPublish", "Publish"], TakesFiles = true,
    };

    /// <summary><c>--image</c>.</summary>
    public static Option PublishedImage { get; } = new(
        null, "Image", "image",
        "The published image that VerifyPublished checks, or whose vulnerabilities Vulnerabilities lists instead of those of the built one.",
        string.Empty, "HOST/NAME:TAG or HOST/NAME@sha256:DIGEST; for Vulnerabilities also a folder or a .tar file")
    {
        Example = "ghcr.io/acme/busybox:glibc", Tasks = ["VerifyPublished", "Vulnerabilities"], Group = InspectGroup, DefaultText = "none",
    };

    /// <summary><c>--key</c>.</summary>
    public static Option Key { get; } = new(
        null, "Key", "key",
        "The public key that must have signed the image and its attestations, in a PEM file, relative to the project.",
        string.Empty, "a file")
    {
        Example = "signing.pub", Tasks = ["VerifyPublished"], Group = InspectGroup, DefaultText = "none", TakesFiles = true,
    };

    /// <summary><c>--rebuild</c>.</summary>
    public static Option Rebuild { get; } = new(
        null, "Rebuild", "rebuild",
        "Whether VerifyPublished builds the image again, from its provenance and the state of the project that it names, and compares the digests.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["VerifyPublished"], Group = InspectGroup, IsSwitch = true,
    };

    /// <summary><c>--download</c>.</summary>
    public static Option Download { get; } = new(
        null, "Download", "download",
        "Whether Sources downloads the sources to artifacts/sources, beside the list of them.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["Sources"], Group = InspectGroup, IsSwitch = true,
    };

    /// <summary><c>--push</c>, which docker buildx has too: without Sources it means <c>--target=Publish</c>.</summary>
    public static Option PushSources { get; } = new(
        null, "Push", "push",
        "Whether Sources pushes the sources to the registries, beside the image. Without Sources it is docker's switch, and means --target=Publish.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["Sources"], Group = InspectGroup, IsSwitch = true,
    };

    /// <summary><c>--tracker</c>.</summary>
    public static Option Tracker { get; } = new(
        null, "Tracker", "tracker",
        "The data of Debian's security tracker that Vulnerabilities reads: its address, or a file with it, which may be compressed with gzip. The cache keeps what an address gave for a day, and offline for ever.",
        "https://security-tracker.debian.org/tracker/data/json", "a file, or an http or https address")
    {
        Example = "tracker.json", Tasks = ["Vulnerabilities"], Group = InspectGroup, DefaultText = "Debian's own address",
    };

    /// <summary><c>[Image] Sbom</c>.</summary>
    public static Option Sbom => field ??= new(
        "Image", "Sbom", "sbom",
        "The forms in which Sbom and Attest write what is in the image, separated by commas: SPDX 2.3, CycloneDX 1.6.",
        "spdx", "spdx, cyclonedx, or none")
    {
        Example = "spdx,cyclonedx", Tasks = ["Sbom", "Attest", "Publish"], IsList = true, Suggestions = ["spdx", "cyclonedx"],
    };
}
