using System.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>
/// The folders that a platform's <c>ld.so</c> searches for a library, ld.so(8) "DESCRIPTION" and "Dynamic string tokens", as in glibc's
/// <c>elf/dl-load.c</c>: <c>DT_RPATH</c> of the object that needs it and of those that loaded it, or its <c>DT_RUNPATH</c>; then ld.so.cache; then
/// the default folders. Debian builds every loader with the same four.
/// </summary>
internal sealed class LoaderFolders
{
    private static readonly Dictionary<string, LoaderFolders> _known = KnownPlatforms.All.ToDictionary(platform => platform.Name, platform => new LoaderFolders(platform), StringComparer.Ordinal);

    private readonly string _library;
    private readonly string? _machine;

    private LoaderFolders(Platform platform)
    {
        Default = [$"/lib/{platform.Triplet}", $"/usr/lib/{platform.Triplet}", "/lib", "/usr/lib"];
        _library = $"lib/{platform.Triplet}";
        _machine = MachineOf(platform);
        Levels = LevelsOf(platform);
    }

    /// <summary>The default folders, in search order (shown by <c>ld.so --help</c>).</summary>
    public IReadOnlyList<string> Default { get; }

    /// <summary>The names of folders below <c>glibc-hwcaps</c> that a CPU of the platform may prefer, the most demanding first; empty if glibc defines none.</summary>
    public IReadOnlyList<string> Levels { get; }

    /// <summary>Returns the folders of a platform.</summary>
    public static LoaderFolders For(Platform platform) => _known[platform.Name];

    /// <summary>
    /// Returns an entry of a search path with its tokens replaced: <c>$ORIGIN</c>, <c>$LIB</c>, <c>$PLATFORM</c>, with or without braces.
    /// </summary>
    /// <param name="text">The entry, as written.</param>
    /// <param name="origin">The folder of the object that contains the entry.</param>
    /// <returns>
    /// The folder without a trailing slash, not normalized; empty for the working directory; null if the loader drops the entry because the platform has no value for a token.
    /// </returns>
    public string? Expand(string text, string origin)
    {
        var result = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var (length, value) = text[at] == '$' ? Token(text.AsSpan(at), origin) : (0, null);
            if (length == 0)
            {
                result.Append(text[at++]);
                continue;
            }

            if (value is null)
            {
                return null;
            }

            result.Append(value);
            at += length;
        }

        var folder = result.ToString();
        var end = folder.TrimEnd('/');
        return end.Length == 0 && folder.Length > 0 ? "/" : end;
    }

    /// <summary>Returns the folders searched before ld.so.cache and the default folders, with tokens replaced, in order, each once.</summary>
    /// <param name="chain">The object that needs the library, the one that loaded it, and so on up to the program; each with its folder.</param>
    public IReadOnlyList<string> Before(IEnumerable<(ISearchPaths Paths, string Origin)> chain)
    {
        var folders = new List<string>();
        var isFirst = true;
        foreach (var (paths, origin) in chain)
        {
            if (isFirst && paths.RunPath.Count > 0)
            {
                // For an object with a DT_RUNPATH, every DT_RPATH is ignored.
                Add(folders, paths.RunPath, origin);
                break;
            }

            Add(folders, paths.RPath, origin);
            isFirst = false;
        }

        return folders;
    }

    private void Add(List<string> folders, IReadOnlyList<string> entries, string origin)
    {
        foreach (var folder in entries.Select(entry => Expand(entry, origin)).OfType<string>())
        {
            if (!folders.Contains(folder, StringComparer.Ordinal))
            {
                folders.Add(folder);
            }
        }
    }

    // Returns the length of the token at the start of a text, including braces, and its value; 0 if no token starts there.
    private (int Length, string? Value) Token(ReadOnlySpan<char> text, string origin)
    {
        foreach (var (name, value) in new[] { ("ORIGIN", origin), ("LIB", _library), ("PLATFORM", _machine) })
        {
            if (text.Length >= name.Length + 3 && text[1] == '{' && text[2..].StartsWith(name, StringComparison.Ordinal) && text[name.Length + 2] == '}')
            {
                return (name.Length + 3, value);
            }

            if (text[1..].StartsWith(name, StringComparison.Ordinal)
                && (text.Length == name.Length + 1 || !(char.IsAsciiLetterOrDigit(text[name.Length + 1]) || text[name.Length + 1] == '_')))
            {
                return (name.Length + 1, value);
            }
        }

        return (0, null);
    }

    // The kernel's name for the baseline machine of the platform (AT_PLATFORM, getauxval(3)); RISC-V has no such name.
    private static string? MachineOf(Platform platform) => platform.DebianArchitecture switch
    {
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        "armhf" => "v7l",
        "armel" => $"{platform.Variant}l",
        "i386" => "i686",
        "loong64" => "loongarch",
        "ppc64el" => "power8",
        "s390x" => "z10",
        _ => null,
    };

    // glibc 2.41, sysdeps/*/dl-hwcap-check.h and the manual's "Hardware Capability Tunables".
    private static string[] LevelsOf(Platform platform) => platform.DebianArchitecture switch
    {
        "amd64" => ["x86-64-v4", "x86-64-v3", "x86-64-v2"],
        "ppc64el" => ["power10", "power9"],
        "s390x" => ["z16", "z15", "z14", "z13"],
        _ => [],
    };
}
