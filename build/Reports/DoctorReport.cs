using BusyboxGlibc.Doctor;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Reports;

/// <summary>What Doctor found, as text or as JSON.</summary>
internal static class DoctorReport
{
    private const int Columns = 80;
    private const int LongestText = 400;

    /// <summary>The lines: a heading for each group, below it what was found, and for what is not well the reason and the command that fixes it.</summary>
    public static IReadOnlyList<string> Lines(DoctorAnswer answer) =>
    [
        .. answer.Groups.SelectMany(group => group.Findings.SelectMany(Lines).Prepend(group.Name)),
        Summary(answer),
    ];

    /// <summary>The answer in one line if a build as configured would fail; null otherwise.</summary>
    public static string? No(DoctorAnswer answer) => answer.Count(Health.Problem) == 0 ? null
        : $"a build as configured fails: {string.Join("; ", answer.Findings.Where(finding => finding.Health == Health.Problem).Select(finding => SafeText.Text(finding.Text)))}";

    /// <summary>One object, keys in a fixed order.</summary>
    public static string Json(DoctorAnswer answer) => JsonText.Object(json =>
    {
        json.WriteNumber("schema", 1);
        json.WriteString("result", answer.Count(Health.Problem) > 0 ? "problem" : answer.Count(Health.Warning) > 0 ? "warning" : "good");
        json.WriteNumber("problems", answer.Count(Health.Problem));
        json.WriteNumber("warnings", answer.Count(Health.Warning));
        json.List("checks", [.. answer.Groups.SelectMany(group => group.Findings.Select(finding => (group.Name, finding)))], one =>
        {
            json.WriteString("id", one.finding.Id);
            json.WriteString("group", one.Name);
            json.WriteString("health", one.finding.Health.ToString().ToLowerInvariant());
            json.WriteString("text", one.finding.Text);
            json.WriteString("why", one.finding.Why);
            json.WriteString("fix", one.finding.Fix);
        });
    });

    private static string Summary(DoctorAnswer answer) => (answer.Count(Health.Problem), answer.Count(Health.Warning)) switch
    {
        (0, 0) => "nothing is wrong",
        (0, var warnings) => $"{Plural.Count(warnings, "warning")}; a build as configured works",
        var (problems, warnings) => $"{Plural.Count(problems, "problem")}{(warnings > 0 ? $", {Plural.Count(warnings, "warning")}" : string.Empty)}",
    };

    // A command is on a line of its own, unbroken, so that it can be copied.
    private static IEnumerable<string> Lines(DoctorFinding finding) =>
    [
        .. Wrap($"  {Word(finding.Health),-8} {SafeText.Cut(finding.Text, LongestText)}", 11),
        .. finding.Health < Health.Warning ? [] : (finding.Why ?? string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(line => Wrap($"           {SafeText.Cut(line, LongestText)}", 11)),
        .. finding.Health < Health.Warning || finding.Fix is null ? Array.Empty<string>() : [.. finding.Fix.Split('\n').Select((line, index) => $"           {(index == 0 ? "fix: " : "     ")}{SafeText.Cut(line, LongestText)}")],
    ];

    private static string Word(Health health) => health switch
    {
        Health.Good => "ok",
        Health.Unused => "-",
        Health.Warning => "warning",
        _ => "PROBLEM",
    };

    // Broken at blanks; what has none is left whole, because it is a path or an address.
    private static IEnumerable<string> Wrap(string text, int indent)
    {
        var line = text;
        while (line.Length > Columns)
        {
            var at = line.LastIndexOf(' ', Columns);
            at = at > indent ? at : line.IndexOf(' ', Math.Min(Columns, line.Length - 1));
            if (at < 0)
            {
                break;
            }

            yield return line[..at].TrimEnd();
            line = new string(' ', indent) + line[(at + 1)..];
        }

        yield return line;
    }
}
