using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Published;

namespace BusyboxGlibc.Reports;

/// <summary>The answer of VerifyPublished, as text or as JSON.</summary>
internal static class ProofReport
{
    /// <summary>The image, and a line for each finding; findings that are the same on all platforms are one line.</summary>
    public static IReadOnlyList<string> Lines(ProofAnswer answer) =>
    [
        answer.Image,
        .. answer.Findings.GroupBy(finding => (finding.Check, finding.State, finding.Text))
            .Select(group => $"{Word(group.Key.State),-11}  {group.Key.Check,-10}  {Where([.. group])}{group.Key.Text}"),
    ];

    /// <summary>The answer in one line if something does not hold; null if all does.</summary>
    public static string? No(ProofAnswer answer) => answer.Holds
        ? null
        : $"{answer.Image} is not proven: {answer.Findings.First(finding => finding.State == ProofState.Refuted).Text}";

    /// <summary>One object, keys in a fixed order, lists that are never absent.</summary>
    public static string Json(ProofAnswer answer) => JsonText.Object(json =>
    {
        json.WriteNumber("schema", 1);
        json.WriteString("image", answer.Image);
        json.WriteBoolean("holds", answer.Holds);
        json.List("findings", answer.Findings, finding =>
        {
            json.WriteString("check", finding.Check);
            json.WriteString("platform", finding.Platform?.Name);
            json.WriteString("state", finding.State switch { ProofState.Proven => "proven", ProofState.Refuted => "refuted", _ => "not-checked" });
            json.WriteString("text", finding.Text);
        });
    });

    private static string Word(ProofState state) => state switch { ProofState.Proven => "proven", ProofState.Refuted => "refuted", _ => "not checked" };

    private static string Where(IReadOnlyList<ProofFinding> same) => string.Join(", ", same.Select(finding => finding.Platform?.Name ?? "index")) is var names && same.Count == 1 && same[0].Platform is null ? string.Empty
        : same.Count > 3 ? $"{same.Count} images: " : $"{names}: ";
}
