using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Published;

/// <summary>What came out of a check.</summary>
internal enum ProofState
{
    /// <summary>It holds.</summary>
    Proven,

    /// <summary>It could not be checked, and the finding says why; the image is not refused for it.</summary>
    NotChecked,

    /// <summary>It does not hold.</summary>
    Refuted,
}

/// <summary>The result of one check of a published image.</summary>
/// <param name="Check">The check: <c>signature</c>, <c>provenance</c>, <c>tags</c>, <c>artifacts</c>, <c>files</c>, <c>packages</c>, <c>rebuild</c>.</param>
/// <param name="Platform">The platform whose image was checked; null for the index.</param>
/// <param name="State">What came out.</param>
/// <param name="Text">What was found, in one line.</param>
internal sealed record ProofFinding(string Check, Platform? Platform, ProofState State, string Text);

/// <summary>The answer about a published image.</summary>
/// <param name="Image">The image, by its digest.</param>
/// <param name="Findings">All findings, in the order of the checks and platforms.</param>
internal sealed record ProofAnswer(string Image, IReadOnlyList<ProofFinding> Findings)
{
    /// <summary>What the image says of itself, as far as it is believed.</summary>
    public PublishedClaims? Claims { get; init; }

    /// <summary>Whether nothing was refuted.</summary>
    public bool Holds => Findings.All(finding => finding.State != ProofState.Refuted);
}
