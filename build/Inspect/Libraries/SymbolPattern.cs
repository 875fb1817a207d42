using System.Globalization;
using System.Text;
using BusyboxGlibc.Debian.Package;

namespace BusyboxGlibc.Inspect.Libraries;

/// <summary>A symbol as people write it: <c>deflate</c>, <c>deflate@ZLIB_1.2.0</c>, a mangled name, or a C++ function with its classes, whose arguments do not matter.</summary>
internal sealed class SymbolPattern
{
    private readonly string _name;
    private readonly string? _version;
    private readonly IReadOnlyList<string> _mangled;

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The symbol, perhaps with <c>@VERSION</c> or the loader's <c>@@VERSION</c>.</param>
    public SymbolPattern(string text)
    {
        var at = text.LastIndexOf('@');
        (_name, _version) = at > 0 ? (text[..at].TrimEnd('@'), text[(at + 1)..]) : (text, null);
        _mangled = Mangled(_name);
    }

    /// <summary>Whether a symbol is meant.</summary>
    public bool IsMatch(LibrarySymbol symbol) => (_version is null || _version == symbol.Version)
        && (symbol.Name == _name || _mangled.Any(start => symbol.Name.StartsWith(start, StringComparison.Ordinal)));

    // The Itanium C++ ABI: a::b::c(...) is _ZN1a1b1cE..., std::f is _ZSt1f, and a const method has a K. Templates and other substitutions have no simple form.
    private static IReadOnlyList<string> Mangled(string name)
    {
        var parts = name.Split('(')[0].Split("::");
        if ((parts.Length == 1 && !name.Contains('(', StringComparison.Ordinal)) || !parts.All(part => part.Length > 0 && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '~')))
        {
            return [];
        }

        var text = new StringBuilder();
        foreach (var (index, part) in parts.Index())
        {
            text.Append(index == 0 && part == "std" && parts.Length > 1 ? "St" : Encoded(part));
        }

        // A constructor or destructor, of which there are several.
        return parts.Length > 2 && (parts[^1] == parts[^2] || parts[^1] == $"~{parts[^2]}") ? [$"_ZN{text.ToString()[..^Encoded(parts[^1]).Length]}{(parts[^1][0] == '~' ? 'D' : 'C')}"]
            : parts.Length == 1 || (parts.Length == 2 && parts[0] == "std") ? [$"_Z{text}"] : [$"_ZN{text}E", $"_ZNK{text}E"];
    }

    private static string Encoded(string part) => $"{part.Length.ToString(CultureInfo.InvariantCulture)}{part}";
}
