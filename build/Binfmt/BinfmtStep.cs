using System.Text.RegularExpressions;

namespace BusyboxGlibc.Binfmt;

/// <summary>One step needed to run programs of a platform, which can be executed or shown to the user.</summary>
internal abstract partial record BinfmtStep
{
    /// <summary>Returns the sh command line for the step.</summary>
    /// <param name="isRoot">Whether root runs the command.</param>
    public abstract string Command(bool isRoot);

    /// <summary>Quotes a word for sh.</summary>
    protected static string Quote(string word) => Plain().IsMatch(word) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\A[A-Za-z0-9_./:=@%+-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}

/// <summary>A program to run.</summary>
/// <param name="Program">Its name, searched on PATH.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="NeedsRoot">Whether it requires root.</param>
internal sealed record RunStep(string Program, IReadOnlyList<string> Arguments, bool NeedsRoot = true) : BinfmtStep
{
    /// <inheritdoc/>
    public override string Command(bool isRoot) =>
        $"{(NeedsRoot && !isRoot ? "sudo " : string.Empty)}{string.Join(' ', Arguments.Prepend(Program).Select(Quote))}";
}

/// <summary>A write to a file of binfmt_misc.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Text">The text to write.</param>
/// <param name="Source">A file with exactly that content, or null.</param>
internal sealed record WriteStep(string File, string Text, string? Source = null) : BinfmtStep
{
    /// <inheritdoc/>
    public override string Command(bool isRoot)
    {
        var path = Quote($"{BinfmtFolder.Usual}/{File}");

        // Not always echo: its handling of backslashes differs between shells.
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
