namespace BusyboxGlibc.Configuration;

/// <summary>A form of the bill of materials.</summary>
public enum SbomForm
{
    /// <summary>SPDX 2.3.</summary>
    Spdx,

    /// <summary>CycloneDX 1.6.</summary>
    CycloneDx,
}

/// <summary>Reads the value of <c>Sbom</c>.</summary>
internal static class SbomForms
{
    /// <summary>The forms, each once, in the order of <see cref="SbomForm"/>; none for <c>none</c>.</summary>
    /// <exception cref="ConfigurationException">A form is unknown.</exception>
    public static IReadOnlyList<SbomForm> Parse(string value, string where) =>
        [.. ValueList.Split(value).Select(word => Find(word) ?? throw new ConfigurationException($"there is no form {ValueList.Show(word)} of an SBOM", where, next: $"allowed: {OptionTable.Sbom.Allowed}")).Distinct().Order()];

    private static SbomForm? Find(string word) => word.ToLowerInvariant() switch
    {
        "spdx" => SbomForm.Spdx,
        "cyclonedx" => SbomForm.CycloneDx,
        _ => null,
    };
}
