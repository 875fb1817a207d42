using System.Text.RegularExpressions;
using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Tests.Field;

/// <summary>What keeps a library from being bound, in the words that our checker and the loader have in common.</summary>
/// <param name="File">The absolute path of the file that lacks it; empty for a library, of which the loader does not say who asks for it.</param>
/// <param name="Kind">What is lacking.</param>
/// <param name="Name">Its name; for <see cref="LinkFaultKind.Versions"/> the path of the library that has none.</param>
internal sealed partial record LinkFault(string File, LinkFaultKind Kind, string Name)
{
    /// <summary>What our checker says.</summary>
    public static LinkFault Of(LinkProblem problem)
    {
        var what = problem.What;
        return problem.Symbol is { } symbol ? new LinkFault(problem.File, LinkFaultKind.Symbol, symbol)
            : Versions().Match(what) is { Success: true } versions ? new LinkFault(problem.File, LinkFaultKind.Versions, versions.Groups[1].Value)
            : Version().Match(what) is { Success: true } version ? new LinkFault(problem.File, LinkFaultKind.Version, version.Groups[1].Value)
            : Library().Match(what) is { Success: true } library ? new LinkFault(string.Empty, LinkFaultKind.Library, library.Groups[1].Value)
            : throw new AssertionException($"unknown: {problem}");
    }

    [GeneratedRegex("^needs version [^ ]+ of [^ ]+: ([^ ]+) has no versions$")]
    private static partial Regex Versions();

    [GeneratedRegex("^needs version ([^ ]+) of ")]
    private static partial Regex Version();

    [GeneratedRegex("^needs ([^ ]+): ")]
    private static partial Regex Library();
}

/// <summary>What a library lacks.</summary>
internal enum LinkFaultKind
{
    /// <summary>A library.</summary>
    Library,

    /// <summary>A version of a library that has others.</summary>
    Version,

    /// <summary>All versions: the library has none.</summary>
    Versions,

    /// <summary>A symbol; its version follows an <c>@</c>.</summary>
    Symbol,

    /// <summary>Whatever else the loader says.</summary>
    Other,
}
