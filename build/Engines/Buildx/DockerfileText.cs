using System.Text.RegularExpressions;

namespace BusyboxGlibc.Engines.Buildx;

/// <summary>One instruction of a Dockerfile.</summary>
/// <param name="Line">The line it starts at, from 1.</param>
/// <param name="Count">How many lines it takes.</param>
/// <param name="Name">Its name in capitals.</param>
/// <param name="Arguments">What follows the name, continued lines joined by one blank.</param>
public sealed record DockerfileInstruction(int Line, int Count, string Name, string Arguments);

/// <summary>
/// A Dockerfile as its lines and the instructions in them (docs.docker.com/reference/dockerfile): enough to find and exchange
/// single instructions and leave everything else as people wrote it.
/// </summary>
public sealed partial class DockerfileText
{
    private const int MostBytes = 256 * 1024;

    private DockerfileText(string path, IReadOnlyList<string> lines, IReadOnlyList<DockerfileInstruction> instructions) =>
        (Path, Lines, Instructions) = (path, lines, instructions);

    /// <summary>The path, for errors.</summary>
    public string Path { get; }

    /// <summary>Its lines, without ends.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>Its instructions, in their order.</summary>
    public IReadOnlyList<DockerfileInstruction> Instructions { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="BuildxException">It cannot be read, or a line is no Dockerfile's.</exception>
    public static DockerfileText Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > MostBytes }
                ? throw new BuildxException("a Dockerfile is too long", path, $"{MostBytes / 1024} KiB is the most")
                : Parse(path, File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildxException($"cannot read {System.IO.Path.GetFileName(path)}", path, error.Message, "take the committed file back", error);
        }
    }

    /// <summary>Parses a text.</summary>
    /// <param name="path">Its name, for errors.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="BuildxException">A line is no Dockerfile's.</exception>
    public static DockerfileText Parse(string path, string text)
    {
        var lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        var instructions = new List<DockerfileInstruction>();
        for (var at = 0; at < lines.Length; at++)
        {
            if (IsNothing(lines[at]))
            {
                if (DirectivePattern().IsMatch(lines[at]) && instructions.Count == 0)
                {
                    throw new BuildxException(
                        "a directive of the parser cannot stand in this Dockerfile", $"{path}:{at + 1}", "it would hold for the other file too, and it may only stand in the first line of all", "leave it out");
                }

                continue;
            }

            at = Take(path, lines, at, instructions);
        }

        return new DockerfileText(path, lines, instructions);
    }

    // Returns the last line of the instruction that starts at that index.
    private static int Take(string path, string[] lines, int start, List<DockerfileInstruction> instructions)
    {
        var match = InstructionPattern().Match(lines[start]);
        if (!match.Success)
        {
            throw new BuildxException("a line is no instruction", $"{path}:{start + 1}", "an instruction is a word of letters and what belongs to it", "see docs.docker.com/reference/dockerfile");
        }

        var parts = new List<string>();
        var at = start;
        var rest = match.Groups[2].Value;
        while (true)
        {
            var goesOn = rest.TrimEnd().EndsWith('\\');
            parts.Add(goesOn ? rest.TrimEnd()[..^1].Trim() : rest.Trim());
            if (!goesOn)
            {
                break;
            }

            // Comments and empty lines between continued ones do not end an instruction.
            do
            {
                at++;
            }
            while (at < lines.Length && IsNothing(lines[at]));
            if (at >= lines.Length)
            {
                throw new BuildxException("the last instruction is not finished", $"{path}:{start + 1}", "its last line ends with a backslash", "take the backslash away");
            }

            rest = lines[at];
        }

        var arguments = string.Join(' ', parts.Where(part => part.Length > 0));
        at = SkipHeredocs(path, lines, start, at, arguments);
        instructions.Add(new DockerfileInstruction(start + 1, at - start + 1, match.Groups[1].Value.ToUpperInvariant(), arguments));
        return at;
    }

    private static int SkipHeredocs(string path, string[] lines, int start, int at, string arguments)
    {
        foreach (var word in HeredocPattern().Matches(arguments).Select(match => match.Groups[1].Value))
        {
            do
            {
                at++;
            }
            while (at < lines.Length && lines[at].Trim('\t') != word);
            if (at >= lines.Length)
            {
                throw new BuildxException($"a here-document has no end", $"{path}:{start + 1}", next: $"end it with a line that is {word} and nothing else");
            }
        }

        return at;
    }

    private static bool IsNothing(string line) => line.AsSpan().Trim() is [] or ['#', ..];

    [GeneratedRegex(@"\A\s*([A-Za-z]+)(?:\s+(.*))?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex InstructionPattern();

    [GeneratedRegex(@"<<-?[""']?([A-Za-z_][A-Za-z0-9_]*)[""']?", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex HeredocPattern();

    [GeneratedRegex(@"\A#\s*(?:syntax|escape|check)\s*=", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex DirectivePattern();
}
