using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Configuration.Requirements;

/// <summary>Validates the names and paths in a requirement.</summary>
internal static partial class RequirementNames
{
    /// <summary>The placeholder for the multiarch triplet of the platform.</summary>
    public const string Triplet = "{triplet}";

    /// <summary>The placeholder for the Debian architecture of the platform.</summary>
    public const string Architecture = "{arch}";

    // Ends a path that stands for all files below a folder.
    private const string Below = "/**";

    private const string Documentation = "/usr/share/doc/";
    private const string PathExample = "write it like /usr/lib/{triplet}/sasl2/*.so* = libsasl2-modules";
    private const int MaximumName = 128;
    private const int MaximumPath = 512;

    /// <summary>A library's name, or an exact soname.</summary>
    public static string Library(string word, string where)
    {
        if (word.Contains('*', StringComparison.Ordinal))
        {
            var plain = word.Split('*')[0].TrimEnd('.', '-');
            plain = plain.EndsWith(".so", StringComparison.Ordinal) ? plain[..^3] : plain;
            throw Bad(word, "library", where, "a name alone already means every version of the library, and names are not matched by prefix",
                $"write {(IsLibrary(plain) ? plain : "libz")}, or an exact name like libz.so.1");
        }

        if (word.Contains('/', StringComparison.Ordinal))
        {
            throw Bad(word, "library", where, "an overlay path starts with a slash", "write the library's name, like libz, or a path like /usr/local/lib/libbar.so*");
        }

        if (word.Length <= MaximumName && (IsLibrary(word) || LoaderPattern().IsMatch(word)))
        {
            return word;
        }

        if (PlugInPattern().IsMatch(word))
        {
            throw Bad(word, "library", where, "a library's name starts with lib; a plug-in with another name is requested by its path and its package",
                $"write them like /usr/lib/{{triplet}}/ossl-modules/legacy.so = openssl-provider-legacy; 'apt-file search {word}' shows path and package");
        }

        var advice = word.ToLowerInvariant() is var lower && IsLibrary(lower) ? lower
            : !lower.StartsWith("lib", StringComparison.Ordinal) && IsLibrary($"lib{lower}") ? $"lib{lower}" : null;
        throw Bad(word, "library", where, "a library's name starts with lib, an exact one ends with .so and its version",
            advice is null || word.Length > MaximumName ? "write it like libz or libssl.so.3"
                : $"did you mean {advice}? ./build.sh --target=FindLibrary --name={word} says which libraries that is");
    }

    /// <summary>A command's name.</summary>
    public static string Command(string word, string where)
    {
        if (word.StartsWith("lib", StringComparison.Ordinal))
        {
            throw Bad(word, "command", where, "it is named like a library", "put libraries in lib-requires.txt");
        }

        return word.Length <= MaximumName && CommandPattern().IsMatch(word)
            ? word
            : throw Bad(word, "command", where, "a command is written without its folder, and consists of letters, digits and . _ + -", $"write it like {OptionTable.Commands.Default}");
    }

    /// <summary>A pattern of files in an overlay, without repeated slashes and dots.</summary>
    public static string Overlay(string word, string where)
    {
        const string example = "write it like /usr/local/lib/libbar.so*";
        var path = Normalise(word, "overlay pattern", where, example);
        if (word.EndsWith('/') || path.Length == 0)
        {
            throw Bad(word, "overlay pattern", where, "it names a folder, not files", example);
        }

        if (path.Contains(Triplet, StringComparison.Ordinal))
        {
            throw Bad(word, "overlay pattern", where, $"the overlay has a folder per platform; {Triplet} is only for files of a package", "add the package, = PACKAGE, or write the path without it");
        }

        return path.Contains("**", StringComparison.Ordinal) || path.AsSpan().IndexOfAny('{', '}') >= 0
            ? throw Bad(word, "overlay pattern", where, "* is the only wildcard, and matches characters within one name", example)
            : $"/{path}";
    }

    /// <summary>Whether a path in a package is one of its documents, which are not part of the image.</summary>
    internal static bool IsDocumentation(string path) => path.StartsWith(Documentation, StringComparison.Ordinal);

    /// <summary>A pattern of files in a package, as in a merged /usr, without repeated slashes and dots.</summary>
    public static string PackagePath(string word, string where)
    {
        const string kind = "path in a package";
        var path = MergedUsr.Of("/" + Normalise(word, kind, where, PathExample));
        if (word.EndsWith('/') || path.Length == 1)
        {
            throw Bad(word, kind, where, "it names a folder, not files", path.Length == 1 ? PathExample : $"write {path}/** for all files below it");
        }

        if (IsDocumentation(path))
        {
            throw Bad(word, kind, where, "documentation is not put into the image; the copyright file of each package is always included", "remove the line");
        }

        var rest = path.Replace(Triplet, string.Empty, StringComparison.Ordinal).Replace(Architecture, string.Empty, StringComparison.Ordinal);
        return path[..^(path.EndsWith(Below, StringComparison.Ordinal) ? Below.Length : 0)].Contains("**", StringComparison.Ordinal) || rest.AsSpan().IndexOfAny('{', '}') >= 0
            ? throw Bad(word, kind, where, $"* matches characters within one name, {Below} at the end all files below a folder, {Triplet} stands for the multiarch triplet, {Architecture} for the Debian architecture, and there are no other placeholders", PathExample)
            : path;
    }

    /// <summary>A Debian package's name, according to section 5.6.1 of the Debian Policy Manual.</summary>
    public static string Package(string word, string where) =>
        word.Length <= MaximumName && PackagePattern().IsMatch(word)
            ? word
            : throw Bad(word, "package", where, "a package name consists of lower-case letters, digits and + - .", "write it like zlib1g, or a file like ./debs/vendor_1.0_{arch}.deb");

    /// <summary>A package file inside the project, written <c>./…</c>, without repeated slashes and dots.</summary>
    public static string PackageFile(string word, string where)
    {
        const string example = "write it like ./debs/vendor_1.0_{arch}.deb";
        if (word.StartsWith('/') || word.StartsWith('~'))
        {
            throw Bad(word, "package file", where, "it is outside the project, so others would not have it", example);
        }

        var path = Normalise(word, "package file", where, example);
        if (!word.StartsWith("./", StringComparison.Ordinal))
        {
            throw Bad(word, "package file", where, "a file starts with ./, so that it cannot be mistaken for a package", $"write ./{path}");
        }

        if (!path.EndsWith(".deb", StringComparison.Ordinal) || path.EndsWith("/.deb", StringComparison.Ordinal) || path == ".deb")
        {
            throw Bad(word, "package file", where, "it does not end with .deb", example);
        }

        return path.Replace(Architecture, string.Empty, StringComparison.Ordinal).AsSpan().IndexOfAny('{', '}', '*') >= 0
            ? throw Bad(word, "package file", where, "{arch} is the only placeholder", example)
            : $"./{path}";
    }

    /// <summary>Whether a word is <c>libNAME</c> without a version, or a soname: only version parts may follow <c>.so</c>.</summary>
    private static bool IsLibrary(string word)
    {
        var end = word.IndexOf(".so", StringComparison.Ordinal);
        var name = end < 0 ? word : word[..end];
        return NamePattern().IsMatch(name) && !word.Contains("..", StringComparison.Ordinal) && (end < 0 || VersionPattern().IsMatch(word[end..]));
    }

    private static string Normalise(string word, string kind, string where, string example)
    {
        if (word.Length > MaximumPath)
        {
            throw Bad(word, kind, where, $"more than {MaximumPath} characters", example);
        }

        var parts = word.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Contains("..")
            ? throw Bad(word, kind, where, ".. could point outside the project", example)
            : string.Join('/', parts.Where(part => part != "."));
    }

    private static ConfigurationException Bad(string word, string kind, string where, string why, string next) =>
        new($"{SafeText.Cut(word, 60)} is not a valid {kind}", where, why, next);

    [GeneratedRegex(@"^(?!lib)[A-Za-z0-9_+.-]+\.so(?:\.|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex PlugInPattern();

    [GeneratedRegex(@"^lib[A-Za-z0-9_+.~@-]*[A-Za-z0-9_+~]\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^\.so(?:\.[A-Za-z0-9_+~-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"^ld[A-Za-z0-9_-]*\.so(?:\.[A-Za-z0-9_+-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex LoaderPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_](?:[A-Za-z0-9_+.-]*[A-Za-z0-9_+])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9+.-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex PackagePattern();
}
