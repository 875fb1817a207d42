using BusyboxGlibc.Tests.Configuration;
using BusyboxGlibc.Tests.Scripts;

namespace BusyboxGlibc.Tests.Documents;

/// <summary>A block of code of a page.</summary>
/// <param name="Where">Page and line of its first line, <c>docs/image.md:62</c>.</param>
/// <param name="Language">The word behind the fence; <c>sh</c> for indented commands.</param>
/// <param name="Lines">Its lines, as they are written.</param>
internal sealed record DocumentBlock(string Where, string Language, IReadOnlyList<string> Lines)
{
    public string Text => string.Join('\n', Lines);
}

/// <summary>Code within a sentence or a table.</summary>
/// <param name="Where">Page and line.</param>
/// <param name="Text">What is between the backticks.</param>
internal sealed record DocumentWord(string Where, string Text);

/// <summary>The code of a page of the documentation, as this project writes Markdown: fences of three backticks, at any depth of a list, and indented commands.</summary>
/// <param name="Name">The path of the page in the project.</param>
/// <param name="Blocks">The blocks, in order.</param>
/// <param name="Words">The code within sentences, in order.</param>
internal sealed record DocumentPage(string Name, IReadOnlyList<DocumentBlock> Blocks, IReadOnlyList<DocumentWord> Words)
{
    private const string Fence = "```";
    private const int Indentation = 4;

    /// <summary>Every page that tells readers what to type: of the project, of docs, of the examples and the template, of the rooms. Not the history, whose commands were right in their time.</summary>
    public static IReadOnlyList<DocumentPage> All => field ??= [.. Names().Select(name => Read(name, File.ReadAllText(ProjectFiles.Path(name))))];

    /// <summary>Reads a page.</summary>
    public static DocumentPage Read(string name, string text)
    {
        List<DocumentBlock> blocks = [];
        List<DocumentWord> words = [];
        (int Line, string Language, List<string> Lines)? open = null;
        List<string>? indented = null;
        foreach (var (index, line) in text.ReplaceLineEndings("\n").Split('\n').Index())
        {
            var bare = line.TrimStart();
            if (bare.StartsWith(Fence, StringComparison.Ordinal))
            {
                if (open is { } block)
                {
                    blocks.Add(new DocumentBlock($"{name}:{block.Line}", block.Language, block.Lines));
                }

                open = open is null ? (index + 2, bare[Fence.Length..].Trim(), []) : null;
            }
            else if (open is { } within)
            {
                within.Lines.Add(line);
            }
            else if (line.Length - bare.Length >= Indentation && (indented is not null || DocumentCommand.IsOne(bare)))
            {
                if (indented is null)
                {
                    blocks.Add(new DocumentBlock($"{name}:{index + 1}", "sh", indented = []));
                }

                indented.Add(bare);
            }
            else
            {
                indented = null;
                words.AddRange(MarkdownOutline.Code().Matches(line).Select(match => new DocumentWord($"{name}:{index + 1}", match.Groups["text"].Value.Replace(@"\|", "|", StringComparison.Ordinal))));
            }
        }

        return new DocumentPage(name, blocks, words);
    }

    private static IEnumerable<string> Names() =>
        new[] { "README.md", "README.zh-CN.md", "CONTRIBUTING.md", "SECURITY.md" }
            .Concat(Under("docs")).Concat(Under("examples")).Concat(Under("template")).Concat(Under("build")).Concat(Under(".github"));

    private static IEnumerable<string> Under(string folder) => Directory.EnumerateFiles(ProjectFiles.Path(folder), "*.md", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(ProjectFiles.Path("."), path).Replace('\\', '/'))
        .Where(name => !name.Split('/').Any(part => part is "bin" or "obj" or "node_modules"))
        .Order(StringComparer.Ordinal);
}
