namespace BusyboxGlibc.Foundation.Text;

/// <summary>A word of a command line that people copy into a POSIX shell.</summary>
internal static class ShellWord
{
    /// <summary>The word as it is typed: in single quotes where the shell would read it otherwise.</summary>
    public static string Quoted(string value) => value.All(letter => char.IsAsciiLetterOrDigit(letter) || "._-/,:=+@".Contains(letter))
        ? value
        : $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
