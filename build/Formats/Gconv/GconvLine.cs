using System.Text;

namespace BusyboxGlibc.Formats.Gconv;

/// <summary>One line of a <c>gconv-modules</c> file that defines something, as the comments at its head describe: <c>alias FROM TO</c> or
/// <c>module FROM TO FILE COST</c>. glibc compares names in capitals.</summary>
/// <param name="From">The name converted from, or the alias; in capitals.</param>
/// <param name="To">The name converted to, or the real name of the alias; in capitals.</param>
/// <param name="Module">The file name of the module, with <c>.so</c>; null for an alias.</param>
/// <param name="Text">The line as it was written, without a comment.</param>
internal sealed record GconvLine(string From, string To, string? Module, string Text)
{
    private const string Extension = ".so";

    /// <summary>Reads a file. As glibc does, it ignores lines that are incomplete or of another kind.</summary>
    /// <param name="content">The bytes of the file; any content is allowed.</param>
    public static IEnumerable<GconvLine> Read(ReadOnlyMemory<byte> content)
    {
        foreach (var line in Encoding.Latin1.GetString(content.Span).Split('\n'))
        {
            var comment = line.IndexOf('#', StringComparison.Ordinal);
            var text = (comment < 0 ? line : line[..comment]).Trim(' ', '\t', '\r', '\v', '\f');
            var words = text.Split([' ', '\t', '\r', '\v', '\f'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["alias", var alias, var real, ..])
            {
                yield return new GconvLine(alias.ToUpperInvariant(), real.ToUpperInvariant(), null, text);
            }
            else if (words is ["module", var from, var to, var module, ..])
            {
                yield return new GconvLine(
                    from.ToUpperInvariant(), to.ToUpperInvariant(), module.EndsWith(Extension, StringComparison.Ordinal) ? module : module + Extension, text);
            }
        }
    }
}
