namespace BusyboxGlibc.Configuration;

/// <content>The options of what is attested about an image.</content>
internal static partial class OptionTable
{
    /// <summary><c>[Image] Sbom</c>.</summary>
    public static Option Sbom => field ??= new(
        "Image", "Sbom", "sbom",
        "The forms in which Sbom and Attest write what is in the image, separated by commas: SPDX 2.3, CycloneDX 1.6.",
        "spdx", "spdx, cyclonedx, or none")
    {
        Example = "spdx,cyclonedx", Tasks = ["Sbom", "Attest"], IsList = true,
    };
}
