using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Reasons;

namespace BusyboxGlibc.Reports;

/// <summary>The lines that show a <see cref="ReasonAnswer"/>.</summary>
internal static class ReasonLines
{
    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Of(ReasonAnswer answer) =>
    [
        .. answer.Groups.SelectMany(group => Group(group, answer.Groups.Count)),
        .. answer.Notes.Select(note => $"note   {note}"),
        .. !answer.IsFound && answer.Nearest.Count > 0 ? [$"next   did you mean {string.Join(", ", answer.Nearest)}?"] : Array.Empty<string>(),
    ];

    private static IEnumerable<string> Group(ReasonGroup group, int groups)
    {
        if (groups > 1)
        {
            yield return $"{string.Join(", ", group.Platforms)}:";
        }

        foreach (var chain in group.Reason.Chains)
        {
            yield return chain.Root;
            foreach (var (index, step) in chain.Steps.Index())
            {
                yield return $"{new string(' ', 2 * (index + 1))}{step.How} {step.Path} ({step.Package})";
            }
        }

        if (group.Reason.More > 0)
        {
            yield return $"{(group.Reason.More == 1 ? "1 other requirement brings" : $"{group.Reason.More} other requirements bring")} it too, shown by --all: it stays in the image without this one";
        }

        if (group.Reason.Chains.All(chain => chain.Steps.Count == 0))
        {
            foreach (var line in Leaving(group))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> Leaving(ReasonGroup group)
    {
        if (group.Reason.Leaving.Count == 0)
        {
            yield return "  nothing would leave the image: other requirements bring everything that it brings";
            yield break;
        }

        yield return "  without it would leave the image:";
        foreach (var package in group.Reason.Leaving)
        {
            yield return $"    {package.Name}: {(package.IsWhole ? "the package" : "a part of it")}, {Plural.Count(package.Files, "file")}";
        }

        string[] heads = ["platform", "size", "compressed"];
        foreach (var line in TextTable.Lines([heads, .. group.Platforms.Zip(group.Sizes, (platform, size) => new[] { platform.Name, HumanReadable.Bytes(size.Unpacked), HumanReadable.Bytes(size.Compressed) })]))
        {
            yield return $"  {line}";
        }
    }
}
