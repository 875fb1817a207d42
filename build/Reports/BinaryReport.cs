using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Binaries;

namespace BusyboxGlibc.Reports;

/// <summary>The answer of CheckBinary, as text or as JSON.</summary>
internal static class BinaryReport
{
    // More than one program is given to find those that lack something.
    private const int MostFine = 20;
    private const int MostOfOne = 12;

    /// <summary>The answer for a user: each file with what it is and what it lacks, then the lines to add.</summary>
    public static IReadOnlyList<string> Lines(BinaryAnswer answer)
    {
        var lines = new List<string>();
        var fine = answer.Files.Where(file => file.Findings.All(finding => finding.Weight == FindingWeight.Fine)).ToList();
        foreach (var file in answer.Files.Where(file => fine.Count <= MostFine || !fine.Contains(file)))
        {
            lines.Add($"{SafeText.Text(file.File)}: {file.Kind}{(file.Platform is null ? string.Empty : $" for {file.Platform}")}{(file.Needs.Count == 0 ? string.Empty : $", needs {string.Join(", ", file.Needs.Select(need => need.Split(':')[0]))}")}");
            lines.AddRange(file.Findings.Take(MostOfOne).SelectMany(Lines));
            if (file.Findings.Count > MostOfOne)
            {
                lines.Add($"  and {file.Findings.Count - MostOfOne} more findings, which --json lists");
            }
        }

        if (fine.Count > MostFine)
        {
            lines.Add($"{fine.Count} more files have everything they need");
        }

        if (answer.Lines.Count > 0)
        {
            lines.AddRange(["lines for lib-requires.txt:", .. answer.Lines.Select(line => $"    {line}")]);
        }

        return lines;
    }

    /// <summary>Why the run does not end with success.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="hasAdded">Whether the lines were added.</param>
    public static string Verdict(BinaryAnswer answer, bool hasAdded)
    {
        var missing = answer.Files.Count(file => file.Has(FindingWeight.Missing));
        var unknown = answer.Files.Count(file => file.Has(FindingWeight.Unanswered));
        return (missing, unknown) switch
        {
            (0, _) => $"{unknown} of {answer.Files.Count} files cannot be checked",
            _ => $"{missing} of {answer.Files.Count} files need something that the image does not have{(unknown == 0 ? string.Empty : $", and {unknown} cannot be checked")}",
        } + $"\n  where  {answer.Image}" + (answer.Lines.Count == 0 ? string.Empty
            : hasAdded ? "\n  next   build the image with the added lines: ./build.sh" : "\n  next   add the lines to lib-requires.txt, or let --add do it, and run ./build.sh");
    }

    /// <summary>One JSON object for each finding.</summary>
    public static IReadOnlyList<string> Json(BinaryAnswer answer) => [.. answer.Files.SelectMany(file => file.Findings.Select(finding => Json(file, finding)))];

    private static IEnumerable<string> Lines(BinaryFinding finding)
    {
        yield return $"  {finding.Weight.ToString().ToLowerInvariant(),-10}  {finding.What}{(finding.AskedBy is null ? string.Empty : $" (asked for by {finding.AskedBy})")}{(finding.Package is null ? string.Empty : $": package {finding.Package}")}";
        if (finding.Next is { } next)
        {
            yield return $"  {string.Empty,-10}  {next}";
        }
    }

    private static string Json(CheckedBinary file, BinaryFinding finding) => JsonText.Object(
        json =>
        {
            foreach (var (key, value) in new[]
            {
                ("id", finding.Id), ("weight", finding.Weight.ToString().ToLowerInvariant()), ("file", file.File), ("platform", file.Platform?.Name), ("kind", file.Kind), ("what", finding.What),
                ("name", finding.Name), ("askedBy", finding.AskedBy), ("package", finding.Package), ("line", finding.Line), ("next", finding.Next),
            })
            {
                if (value is not null)
                {
                    json.WriteString(key, value);
                }
            }

            json.Texts("needs", file.Needs);
        },
        isIndented: false);
}
