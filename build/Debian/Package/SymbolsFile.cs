using System.Text;

namespace BusyboxGlibc.Debian.Package;

/// <summary>A symbol of a library, as its package's <c>symbols</c> file lists it.</summary>
/// <param name="Soname">The library.</param>
/// <param name="Name">The symbol, or the text of a C++ pattern.</param>
/// <param name="Version">Its symbol version; <c>Base</c> if it has none.</param>
/// <param name="Since">The version of the package that has had it.</param>
internal sealed record LibrarySymbol(string Soname, string Name, string Version, string Since);

/// <summary>Reads the <c>symbols</c> file of a package, deb-symbols(5).</summary>
internal static class SymbolsFile
{
    /// <summary>The symbols; lines that are none, such as fields and alternative dependencies, are skipped.</summary>
    /// <param name="content">The file, which is untrusted.</param>
    public static IEnumerable<LibrarySymbol> Read(ReadOnlyMemory<byte> content)
    {
        var soname = string.Empty;
        foreach (var line in Encoding.UTF8.GetString(content.Span).Split('\n'))
        {
            if (line.Length == 0 || line[0] is '#' or '*' or '|')
            {
                continue;
            }

            if (line[0] != ' ')
            {
                soname = line.Split(' ')[0];
                continue;
            }

            // Tags are before the name, which is in quotes if it contains blanks: (c++|optional)"a::b(int)@Base" 1.0.
            var text = line[1..];
            text = text.StartsWith('(') && text.IndexOf(')', StringComparison.Ordinal) is > 0 and var tags ? text[(tags + 1)..] : text;
            var end = text.StartsWith('"') ? text.IndexOf('"', 1) : text.IndexOf(' ', StringComparison.Ordinal);
            if (end > 0 && text[..end].TrimStart('"') is var symbol && symbol.LastIndexOf('@') is > 0 and var at)
            {
                yield return new LibrarySymbol(soname, symbol[..at], symbol[(at + 1)..], text[(end + 1)..].Trim().Split(' ')[0]);
            }
        }
    }
}
