using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>
/// Splits a Dockerfile into its instructions: continued lines, comments and empty lines between them, here-documents, directives.
/// Where the reference is less precise than BuildKit, this follows BuildKit.
/// </summary>
internal sealed partial class DockerfileLines
{
    private readonly string _path;
    private readonly string[] _lines;
    private readonly DockerfileDirectives _directives = new();
    private readonly List<DockerfileInstruction> _instructions = [];

    internal DockerfileLines(string path, string text)
    {
        _path = path;
        _lines = (text.StartsWith('\uFEFF') ? text[1..] : text).TrimEnd('\n').Split('\n');
    }

    internal DockerfileText Read()
    {
        for (var at = 0; at < _lines.Length; at++)
        {
            var line = _lines[at] = _lines[at].TrimEnd('\r');
            try
            {
                if (!_directives.Take(line.TrimStart()) && !IsNothing(line))
                {
                    at = Take(at);
                }
            }
            catch (FormatException fault)
            {
                throw Fault("a line is not valid in a Dockerfile", at, fault.Message);
            }
        }

        return new DockerfileText(_path, _lines, _instructions, _directives);
    }

    // Returns the last line of the instruction that starts at that index.
    private int Take(int start)
    {
        var at = start;
        var whole = new StringBuilder();
        var rest = _lines[start].TrimStart();
        while (GoesOn(rest) is { } more)
        {
            whole.Append(more);

            // Comments and empty lines between continued ones do not end an instruction.
            var next = at + 1;
            while (next < _lines.Length && IsNothing(_lines[next]))
            {
                _lines[next] = _lines[next].TrimEnd('\r');
                next++;
            }

            if (next >= _lines.Length)
            {
                // For BuildKit the end of the file ends the instruction; if more lines are appended, it would continue.
                _lines[at] = _lines[at].TrimEnd()[..^1];
                return Add(start, _lines.Length - 1, whole.ToString());
            }

            at = next;
            rest = _lines[at] = _lines[at].TrimEnd('\r');
        }

        return Add(start, at, whole.Append(rest).ToString());
    }

    // The line without its continuation character, or null if it is not continued. Two of these characters are one escaped character.
    private string? GoesOn(string line)
    {
        var text = line.AsSpan().TrimEnd(" \t");
        return text is [] || text[^1] != _directives.Escape || (text.Length > 1 && text[^2] == _directives.Escape) ? null : text[..^1].ToString();
    }

    private int Add(int start, int at, string text)
    {
        text = text.Trim();
        var blank = text.AsSpan().IndexOfAny(DockerfileWords.Blanks);
        var name = (blank < 0 ? text : text[..blank]).ToUpperInvariant();
        var arguments = blank < 0 ? string.Empty : text[blank..].Trim();
        if (!DockerfileInstruction.Names.Contains(name))
        {
            var nearest = Nearest.Names(name, DockerfileInstruction.Names, 1);
            throw Fault(
                $"{SafeText.Text(name.Length == 0 ? "an empty continued line" : name)} is not a Dockerfile instruction", start, null,
                nearest.Count == 0 ? "see docs.docker.com/reference/dockerfile" : $"did you mean {nearest[0]}?");
        }

        var last = at;
        foreach (var (word, isTabbed) in Heredocs(name, arguments))
        {
            do
            {
                at++;
            }
            while (at < _lines.Length && (isTabbed ? _lines[at].TrimStart('\t') : _lines[at]).TrimEnd('\r') != word);
            if (at >= _lines.Length)
            {
                throw Fault("a here-document is not closed", start, null, $"end it with a line that contains only {SafeText.Text(word)}");
            }
        }

        _instructions.Add(new DockerfileInstruction(start + 1, at - start + 1, name, arguments) { Heredocs = string.Concat(_lines[(last + 1)..(at + 1)].Select(line => "\n" + line)) });
        return at;
    }

    // Only instructions that run or copy accept here-documents, and not in their JSON form.
    private IEnumerable<(string Word, bool IsTabbed)> Heredocs(string name, string arguments)
    {
        if (name == "ONBUILD")
        {
            var blank = arguments.AsSpan().IndexOfAny(DockerfileWords.Blanks);
            (name, arguments) = blank < 0 ? (arguments, string.Empty) : (arguments[..blank].ToUpperInvariant(), arguments[blank..].Trim());
        }

        if (name is not ("RUN" or "COPY" or "ADD") || !arguments.Contains("<<", StringComparison.Ordinal)
            || DockerfileWords.Json(DockerfileWords.Flags(arguments, _directives.Escape).Tail) is not null)
        {
            yield break;
        }

        // The words of here-documents use shell syntax, whatever the file's escape character.
        foreach (var match in DockerfileLexer.RawWords(arguments).Select(word => HeredocPattern().Match(word)).Where(match => match.Success && match.Groups[2].Length > 0))
        {
            if (DockerfileLexer.HeredocWord(match.Groups[2].Value) is { } word)
            {
                yield return (word, match.Groups[1].Length > 0);
            }
        }
    }

    private DockerfileException Fault(string what, int line, string? why, string? next = null) =>
        new(what, string.Create(CultureInfo.InvariantCulture, $"{_path}:{line + 1}"), why, next);

    private static bool IsNothing(string line) => line.AsSpan().Trim() is [] or ['#', ..];

    [GeneratedRegex(@"\A[0-9]*<<(-?)\s*([^<]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeredocPattern();
}
