using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>What a finding means for the answer.</summary>
internal enum FindingWeight
{
    /// <summary>The image has everything that the file needs.</summary>
    Fine,

    /// <summary>The image lacks something that the file needs.</summary>
    Missing,

    /// <summary>The question cannot be answered for the file.</summary>
    Unanswered,

    /// <summary>A fact that changes nothing.</summary>
    Note,

    /// <summary>A guess, from the functions and names in the file.</summary>
    Hint,
}

/// <summary>One finding about a file.</summary>
/// <param name="Id">What kind of finding it is: these words stay the same in later versions.</param>
/// <param name="Weight">What it means for the answer.</param>
/// <param name="What">The finding in one line.</param>
internal sealed record BinaryFinding(string Id, FindingWeight Weight, string What)
{
    /// <summary>The missing library, version, symbol or program; null if the finding is not about one.</summary>
    public string? Name { get; init; }

    /// <summary>The file that asks for it, if that is not the file itself but a library loaded for it.</summary>
    public string? AskedBy { get; init; }

    /// <summary>The Debian package that has it; null if there is none, or it is not known.</summary>
    public string? Package { get; init; }

    /// <summary>The line for lib-requires.txt that adds it; null if no line does.</summary>
    public string? Line { get; init; }

    /// <summary>What to do, or why it is not known; null if there is a line, or nothing to do.</summary>
    public string? Next { get; init; }
}

/// <summary>A file that was checked.</summary>
/// <param name="File">Its path, as the user gave it; inside a folder or archive, below that.</param>
/// <param name="Platform">Its platform; null if it is of none of the image's.</param>
/// <param name="Kind">What it is, in words: <c>program</c>, <c>static program</c>.</param>
/// <param name="Needs">The libraries it names, each with the symbol versions it needs from it.</param>
/// <param name="Findings">The findings, the important ones first; at least one.</param>
internal sealed record CheckedBinary(string File, Platform? Platform, string Kind, IReadOnlyList<string> Needs, IReadOnlyList<BinaryFinding> Findings)
{
    /// <summary>Whether a finding with this meaning exists.</summary>
    public bool Has(FindingWeight weight) => Findings.Any(finding => finding.Weight == weight);
}

/// <summary>The answer for everything that was given.</summary>
/// <param name="Files">The files, in the order given.</param>
/// <param name="Image">The image they were checked against, in words.</param>
internal sealed record BinaryAnswer(IReadOnlyList<CheckedBinary> Files, string Image)
{
    /// <summary>The lines for lib-requires.txt, each once.</summary>
    public IReadOnlyList<string> Lines =>
        [.. Files.SelectMany(file => file.Findings).Select(finding => finding.Line).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>0 if everything is there; 1 if something is missing; 2 if that is not known of all files.</summary>
    public int ExitCode => Files.Any(file => file.Has(FindingWeight.Missing)) ? 1 : Files.Any(file => file.Has(FindingWeight.Unanswered)) ? 2 : 0;
}
