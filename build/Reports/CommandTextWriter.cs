using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace BusyboxGlibc.Reports;

/// <summary>Writes the commands in messages as they must be typed in this run: an installed program is not <c>./build.sh</c>, and a project elsewhere must be named again.</summary>
/// <param name="inner">Receives the text.</param>
internal sealed class CommandTextWriter(TextWriter inner) : TextWriter
{
    /// <summary>How messages of the program name it.</summary>
    public const string Written = "./build.sh";

    /// <summary>The command instead of <see cref="Written"/>.</summary>
    public string Command { get; set; } = Written;

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    [AllowNull]
    public override string NewLine
    {
        get => inner.NewLine;
        set => inner.NewLine = value;
    }

    /// <inheritdoc/>
    public override void Write(char value) => inner.Write(value);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => inner.Write(buffer, index, count);

    /// <inheritdoc/>
    public override void Write(string? value) => inner.Write(Typed(value));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => inner.WriteLine(Typed(value));

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    private string? Typed(string? text) => ReferenceEquals(Command, Written) ? text : text?.Replace(Written, Command, StringComparison.Ordinal);
}
