namespace BusyboxGlibc.Formats.Elf;

/// <summary>A problem that prevents a program from starting, or makes it fail at run time.</summary>
/// <param name="File">The file that has the problem: the one checked, or a library loaded for it.</param>
/// <param name="What">The problem: <c>needs libfoo.so.1: not found</c>, <c>undefined symbol foo@GLIBC_2.38</c>.</param>
/// <param name="Symbol">The undefined symbol, with its version; null for other problems.</param>
/// <param name="NeededBy">The file that was checked, null if it is <paramref name="File"/> itself.</param>
internal sealed record LinkProblem(string File, string What, string? Symbol, string? NeededBy)
{
    /// <summary>The name of the library that was not found; null for other problems.</summary>
    public string? Library { get; init; }

    /// <summary>The symbol version that was not found; null for other problems.</summary>
    public string? Version { get; init; }

    /// <summary>The library that should define the missing version or symbol; null if that is not stated.</summary>
    public string? Definer { get; init; }

    /// <summary>The problem as one line.</summary>
    public override string ToString() => NeededBy is null ? $"{File}: {What}" : $"{File}: {What}, required by {NeededBy}";
}
