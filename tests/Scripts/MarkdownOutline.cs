using System.Text.RegularExpressions;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>What a page of the documentation has in every language: headings by level, code, tables, links.</summary>
/// <param name="Headings">The headings in order, with their marks (<c>## Use it</c>).</param>
/// <param name="CodeBlocks">The fenced blocks in order, with the word after the fence and without comments.</param>
/// <param name="Tables">The rows of each table, of each row the code words in alphabetical order.</param>
/// <param name="Links">The targets of all links outside code, in order.</param>
internal sealed partial record MarkdownOutline(
    IReadOnlyList<string> Headings, IReadOnlyList<string> CodeBlocks, IReadOnlyList<IReadOnlyList<string>> Tables, IReadOnlyList<string> Links)
{
    private const string Fence = "```";

    /// <summary>Reads a page as the documentation of this project is written: ATX headings, fences of three backticks, tables with outer pipes.</summary>
    public static MarkdownOutline Of(string text)
    {
        List<string> headings = [], blocks = [], links = [];
        List<IReadOnlyList<string>> tables = [];
        List<string>? block = null, table = null;
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(Fence, StringComparison.Ordinal))
            {
                if (block is not null)
                {
                    blocks.Add(string.Join('\n', block));
                }

                block = block is null ? [line] : null;
                continue;
            }

            if (block is not null)
            {
                block.Add(Comment().Replace(line, string.Empty).TrimEnd());
                continue;
            }

            links.AddRange(Link().Matches(line).Select(match => match.Groups["target"].Value));
            if (line.StartsWith('#'))
            {
                headings.Add(line);
            }

            if (!line.StartsWith('|'))
            {
                table = null;
                continue;
            }

            if (table is null)
            {
                tables.Add(table = []);
            }

            table.Add(string.Join(' ', Code().Matches(line).Select(match => match.Value).Order(StringComparer.Ordinal)));
        }

        return new(headings, blocks, tables, links);
    }

    /// <summary>What a translation has otherwise than this page, in words; the texts of headings and the places of links may differ.</summary>
    public IEnumerable<string> DifferencesTo(MarkdownOutline other) =>
    [
        .. Differences("heading", Levels(Headings), Levels(other.Headings)),
        .. Differences("code block", CodeBlocks, other.CodeBlocks),
        .. Differences("table", Rows(Tables), Rows(other.Tables)),
        .. Differences("link", Pages(Links), Pages(other.Links)),
    ];

    /// <summary>The anchors that GitHub gives the headings.</summary>
    public IEnumerable<string> Anchors() =>
        Headings.Select(heading => NoAnchor().Replace(heading.TrimStart('#').Trim(), string.Empty).Replace(' ', '-').ToLowerInvariant());

    private static IEnumerable<string> Differences(string what, IReadOnlyList<string> ones, IReadOnlyList<string> others)
    {
        for (var index = 0; index < Math.Max(ones.Count, others.Count); index++)
        {
            var (one, other) = (ones.ElementAtOrDefault(index), others.ElementAtOrDefault(index));
            if (one != other)
            {
                return [$"{what} {index + 1} of {ones.Count} and {others.Count}: {one ?? "none"} / {other ?? "none"}"];
            }
        }

        return [];
    }

    private static List<string> Levels(IEnumerable<string> headings) => [.. headings.Select(heading => heading.Split(' ')[0])];

    private static List<string> Rows(IEnumerable<IReadOnlyList<string>> tables) => [.. tables.Select(rows => string.Join('\n', rows))];

    // The same page in any language, without the heading in it, which is translated.
    private static List<string> Pages(IEnumerable<string> links) =>
        [.. links.Select(link => link.Split('#')[0].Replace(".zh-CN.md", ".md", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();

    /// <summary>Code within a sentence; what is between the backticks is <c>text</c>.</summary>
    [GeneratedRegex("(?<!`)(?<ticks>`+)(?!`)(?<text>.+?)(?<!`)\\k<ticks>(?!`)", RegexOptions.ExplicitCapture)]
    internal static partial Regex Code();

    [GeneratedRegex(@"\]\((?<target>[^()\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}
