using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Libraries;

/// <summary>What is looked for.</summary>
internal enum QueryKind
{
    /// <summary>A library, by name, soname, path, wildcard or package.</summary>
    Library,

    /// <summary>A command.</summary>
    Command,

    /// <summary>A symbol of a library.</summary>
    Symbol,
}

/// <summary>A question about a library or a command.</summary>
/// <param name="Kind">What is looked for.</param>
/// <param name="Text">Its name, without what surrounds it in an error message or a command line.</param>
/// <param name="Option">The option with its value, for an error.</param>
internal sealed record LibraryQuery(QueryKind Kind, string Text, string Option)
{
    private const int LongestName = 512;
    private const string Example = "write it like --name=libssl, --name=libssl.so.3 or --name='libpng*'";

    /// <summary>The library that a symbol is searched in; null for those in the cache.</summary>
    public LibraryQuery? Within { get; init; }

    /// <summary>Whether the name contains wildcards.</summary>
    public bool IsPattern => Kind == QueryKind.Library && Text.AsSpan().ContainsAny('*', '?');

    /// <summary>Reads the options: a question for each name.</summary>
    /// <exception cref="ConfigurationException">None is given, both options are, or a value cannot be the name of anything.</exception>
    public static IReadOnlyList<LibraryQuery> Read(InspectOptions options)
    {
        if (options.Symbol.Length > 0)
        {
            return [OfSymbol(options)];
        }

        var (kind, text, option) = (options.Name.Length, options.Command.Length) switch
        {
            (0, 0) => throw new ConfigurationException("FindLibrary is not told what to find", "argument --name", next: $"{Example}, or --command=curl, or --symbol=deflate"),
            (_, 0) => (QueryKind.Library, options.Name, "name"),
            (0, _) => (QueryKind.Command, options.Command, "command"),
            _ => throw new ConfigurationException("FindLibrary finds one thing at a time, not --name and --command", "argument --command", next: "give one of them"),
        };

        // An error message that somebody pasted contains commas too, but blanks as well.
        var names = text.Split([',', '\uFF0C', '\u3001'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToList();
        return [.. (names.Count > 0 && !names.Exists(name => name.AsSpan().ContainsAny(' ', '\t')) ? names : [text])
            .Select(name => new LibraryQuery(kind, Clean(kind, name, $"argument --{option}"), $"--{option}={SafeText.Text(name)}"))];
    }

    /// <summary>The requirements that the name may stand for, most likely first.</summary>
    /// <param name="platforms">The platforms of the run.</param>
    public IReadOnlyList<Requirement> Readings(IReadOnlyList<Platform> platforms)
    {
        var file = LibraryNames.FileOf(Text);
        var isFile = file.Contains(".so", StringComparison.Ordinal);
        Requirement Command() => Make(RequirementKind.Command, file, null, platforms);
        IEnumerable<Requirement> Libraries(params string[] words) =>
            words.Distinct(StringComparer.Ordinal).Where(IsLibraryName).Select(word => Make(RequirementKind.Library, word, null, platforms));
        return Kind == QueryKind.Command || LibraryNames.DirectoryOf(MergedUsr.Of(Text)) is "/usr/bin" or "/usr/sbin" ? [Command()]

            // After the name itself, names as a linker and pkg-config know them: ssl for -lssl.
            : [.. Libraries(file), .. IsLibraryName(file) || isFile ? [] : new[] { Command() }, .. Libraries(file.ToLowerInvariant()), .. isFile ? [] : Libraries($"lib{file}", $"lib{file.ToLowerInvariant()}")];
    }

    /// <summary>A requirement as a line would make it; optional, so that a platform without it does not hide the others.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="package">The package it must come from; null for any.</param>
    /// <param name="platforms">The platforms it applies to.</param>
    public Requirement Make(RequirementKind kind, string name, string? package, IReadOnlyList<Platform> platforms) =>
        new(kind, name, package, null, platforms, IsOptional: true, Option, 0, LineOf(kind, name, package));

    /// <summary>The line to write for it.</summary>
    public static string LineOf(RequirementKind kind, string name, string? package) =>
        package is null ? name : kind == RequirementKind.Command ? $"{name}={package}" : $"{name} = {package}";

    private static bool IsLibraryName(string word)
    {
        try
        {
            return RequirementNames.Library(word, string.Empty) == word;
        }
        catch (ConfigurationException)
        {
            return false;
        }
    }

    private static LibraryQuery OfSymbol(InspectOptions options)
    {
        var symbol = FullWidth.ToAscii(options.Symbol).Trim();
        return options.Command.Length > 0 ? throw new ConfigurationException("FindLibrary finds one thing at a time, not --symbol and --command", "argument --symbol", next: "give one of them")
            : symbol.Length is 0 or > LongestName ? throw new ConfigurationException($"{SafeText.Text(symbol.Length == 0 ? "an empty name" : "this")} is not a symbol", "argument --symbol", symbol.Length == 0 ? null : $"more than {LongestName} characters", "write it like --symbol=deflate or --symbol=memcpy@GLIBC_2.14")
            : new LibraryQuery(QueryKind.Symbol, SafeText.Text(symbol), $"--symbol={SafeText.Text(symbol)}")
            {
                Within = options.Name.Length == 0 ? null : new LibraryQuery(QueryKind.Library, Clean(QueryKind.Library, options.Name, "argument --name"), $"--name={SafeText.Text(options.Name)}"),
            };
    }

    // What people paste: "error while loading shared libraries: libx.so.1: cannot open …", -lx, "libx1:amd64", full-width letters.
    private static string Clean(QueryKind kind, string written, string where)
    {
        var text = FullWidth.ToAscii(written).Trim(' ', '\'', '"');
        var words = text.Split([' ', '\t', ',', '\u3000'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 1)
        {
            // In "/lib/libc.so.6: version `GLIBC_2.38' not found" it is the version that is missing.
            text = kind == QueryKind.Library && (words.Select(word => word.Trim('\'', '"', '`')).FirstOrDefault(word => SuiteVersions.Find(word) is not null)
                ?? words.FirstOrDefault(word => word.Contains(".so", StringComparison.Ordinal))) is { } library
                ? library.Trim('\'', '"')
                : throw new ConfigurationException($"{SafeText.Text(written)} is more than one name", where, next: "separate several names by commas");
        }

        text = text.TrimEnd(':');
        if (kind == QueryKind.Library)
        {
            text = text.StartsWith("-l", StringComparison.Ordinal) && text.Length > 2 ? $"lib{text[2..]}" : text;
            text = text.LastIndexOf(':') is > 0 and var colon ? text[..colon] : text;
        }

        var allowed = kind == QueryKind.Command ? "_.+-/[" : "_.+~@-/*?{}";
        var wrong = text.EnumerateRunes().FirstOrDefault(rune => !rune.IsAscii || !(char.IsAsciiLetterOrDigit((char)rune.Value) || allowed.Contains((char)rune.Value)));
        return text.Length is 0 or > LongestName ? throw new ConfigurationException(
                $"{(text.Length == 0 ? "an empty name" : SafeText.Text(text))} is not a name", where, text.Length == 0 ? null : $"more than {LongestName} characters", Example)
            : wrong.Value != 0 ? throw new ConfigurationException(
                $"{SafeText.Text(text)} is not a name", where, $"no library or command of Debian has the character {SafeText.Text(wrong.ToString())} in its name; * and ? are the only wildcards", Example)
            : kind == QueryKind.Command ? LibraryNames.FileOf(text) : text;
    }
}
