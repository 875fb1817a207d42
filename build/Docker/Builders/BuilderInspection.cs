using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Docker.Builders;

/// <summary>
/// Parses the output of <c>docker buildx inspect</c>, for buildx 0.12 to 0.36: a header of <c>Key: value</c> lines, <c>Nodes:</c>, and the same kind
/// of lines for each node, its name first. Indented lines are details that are not needed here (labels, garbage collection rules, files). A line with
/// an unknown key continues an error or is ignored.
/// </summary>
internal static partial class BuilderInspection
{
    private const int MostNodes = 200;

    private const int MostPlatforms = 200;

    private const int MostErrorLines = 5;

    /// <summary>Parses the lines.</summary>
    /// <returns>The builder, and the error of the builder as a whole, or null.</returns>
    /// <exception cref="BuilderException">The lines have another format.</exception>
    public static (Builder Builder, string? Error) Parse(IReadOnlyList<string> lines)
    {
        var head = new Dictionary<string, string>(StringComparer.Ordinal);
        var nodes = new List<Dictionary<string, string>>();
        var current = head;
        var last = string.Empty;
        var errorLines = 0;
        foreach (var line in lines)
        {
            if (line.Length == 0 || line[0] is ' ' or '\t')
            {
                continue;
            }

            if (line == "Nodes:")
            {
                current = new Dictionary<string, string>(StringComparer.Ordinal);
                last = string.Empty;
                continue;
            }

            if (Pattern().Match(line) is not { Success: true } match)
            {
                // Only what is displayed is kept; otherwise a long output would be copied for each line.
                if (last == "Error" && ++errorLines < MostErrorLines)
                {
                    current[last] += $"\n{line}";
                }

                continue;
            }

            last = match.Groups["key"].Value;
            errorLines = 0;
            if (!ReferenceEquals(current, head) && last == "Name")
            {
                if (nodes.Count == MostNodes)
                {
                    throw new BuilderException($"the builder has more than {MostNodes} nodes", next: "choose another with --builder");
                }

                current = new Dictionary<string, string>(StringComparer.Ordinal);
                nodes.Add(current);
            }

            current[last] = match.Groups["value"].Value;
        }

        return head.TryGetValue("Name", out var name) && head.TryGetValue("Driver", out var driver)
            ? (new Builder(SafeText.Text(name), SafeText.Text(driver), [.. nodes.Select(Node)]), Error(head))
            : throw new BuilderException(
                "the output of docker buildx inspect cannot be parsed", why: string.Join('\n', lines.Take(5).Select(SafeText.Text)), next: "is buildx newer than 0.36? Choose another builder with --builder, or build with --engine=embedded");
    }

    private static BuilderNodeState Node(Dictionary<string, string> values)
    {
        string Of(string key) => SafeText.Text(values.GetValueOrDefault(key, string.Empty));
        var platforms = values.GetValueOrDefault("Platforms", string.Empty)
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(platform => PlatformPattern().IsMatch(platform))
            .Take(MostPlatforms)
            .ToList();
        var version = values.GetValueOrDefault("BuildKit version") ?? values.GetValueOrDefault("Buildkit");
        return new BuilderNodeState(
            Of("Name"),
            Of("Endpoint"),
            Of("Status"),
            Error(values),
            version is null ? null : ToolVersion.Parse(version),
            [.. platforms.Where(platform => platform.EndsWith('*')).Select(platform => platform.TrimEnd('*'))],
            [.. platforms.Where(platform => !platform.EndsWith('*'))]);
    }

    private static string? Error(Dictionary<string, string> values) =>
        values.TryGetValue("Error", out var text) ? string.Join('\n', text.Split('\n').Select(SafeText.Text)) : null;

    // buildx 0.12 uses "Buildkit" for "BuildKit version".
    [GeneratedRegex(@"\A(?<key>Name|Driver|Last Activity|Error|Endpoint|Driver Options|Status|Flags|BuildKit daemon flags|Buildkit|BuildKit version|Platforms|Features|Labels|Devices|GC Policy rule#[0-9]+|File#[^:]*):[ \t]*(?<value>.*)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\A[a-z0-9]{1,32}/[A-Za-z0-9._-]{1,32}(?:/[A-Za-z0-9._-]{1,32})?\*?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlatformPattern();
}
