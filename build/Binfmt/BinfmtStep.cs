using System.Text.RegularExpressions;

namespace BusyboxGlibc.Binfmt;

/// <summary>One thing to do so that programs of a platform run, which can be shown as well as done.</summary>
internal abstract partial record BinfmtStep
{
    /// <summary>The line of sh that does it.</summary>
    /// <param name="isRoot">Whether it is root who types it.</param>
    public abstract string Command(bool isRoot);

    /// <summary>A word as sh takes it.</summary>
    protected static string Quote(string word) => Plain().IsMatch(word) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\A[A-Za-z0-9_./:=@%+-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}

/// <summary>A program to run.</summary>
/// <param name="Program">Its name, to be found on PATH.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="NeedsRoot">Whether it takes root.</param>
internal sealed record RunStep(string Program, IReadOnlyList<string> Arguments, bool NeedsRoot = true) : BinfmtStep
{
    /// <inheritdoc/>
    public override string Command(bool isRoot) =>
        $"{(NeedsRoot && !isRoot ? "sudo " : string.Empty)}{string.Join(' ', Arguments.Prepend(Program).Select(Quote))}";
}

/// <summary>Something to write to a file of binfmt_misc.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Text">What to write.</param>
/// <param name="Source">A file that holds just that, or null.</param>
internal sealed record WriteStep(string File, string Text, string? Source = null) : BinfmtStep
{
    /// <inheritdoc/>
    public override string Command(bool isRoot)
    {
        var path = Quote($"{BinfmtFolder.Usual}/{File}");

        // Not always echo: it is free to read a backslash as it likes.
        var said = Quote(Text) == Text ? $"echo {Text}" : $"printf '%s\\n' {Quote(Text)}";
        return (Source, isRoot) switch
        {
            (null, true) => $"{said} >{path}",
            (null, false) => $"{said} | sudo tee {path} >/dev/null",
            ({ } source, true) => $"cat {Quote(source)} >{path}",
            ({ } source, false) => $"sudo tee {path} <{Quote(source)} >/dev/null",
        };
    }
}
