using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Configuration;

/// <summary>
/// Reads the value of <c>Charsets</c>: which of glibc's modules for iconv(3) the image contains. The names are in <c>charsets.txt</c>, one line per
/// character set: its module, the real name and the aliases, as the <c>gconv-modules</c> files of Debian's libc6 have them; a test compares.
/// </summary>
internal static class CharsetList
{
    /// <summary>The group of all character sets.</summary>
    public const string All = "all";

    private const string BuiltIn = "-";

    // Each a list of modules; the small sets that people use, not every one of the region.
    private static readonly (string Name, string[] Modules)[] _groups =
    [
        ("utf", ["UTF-16", "UTF-32", "UTF-7"]),
        ("western", ["CP1252", "ISO8859-1", "ISO8859-15"]),
        ("chinese", ["BIG5", "EUC-CN", "GB18030", "GBK"]),
        ("japanese", ["CP932", "EUC-JP", "EUC-JP-MS", "ISO-2022-JP", "SJIS"]),
        ("korean", ["EUC-KR", "ISO-2022-KR", "JOHAB", "UHC"]),
        ("cyrillic", ["CP1251", "IBM866", "ISO8859-5", "KOI8-R", "KOI8-U"]),
    ];

    private static readonly Lazy<Dictionary<string, string>> _modules = new(ReadTable);

    /// <summary>The names of all groups.</summary>
    public static IReadOnlyList<string> Groups { get; } = [.. _groups.Select(group => group.Name), All];

    /// <summary>The modules of the listed character sets and groups, by the name of their file without <c>.so</c>, each once, in ordinal order; only
    /// <see cref="All"/> if that is listed.</summary>
    /// <param name="value">The value as written: names and groups, separated by commas or blanks; <c>none</c> for no module.</param>
    /// <param name="where">Where it was written, for an error.</param>
    /// <exception cref="ConfigurationException">glibc has no character set of a name.</exception>
    public static IReadOnlyList<string> Parse(string value, string where)
    {
        var modules = new SortedSet<string>(StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var word in ValueList.Split(value))
        {
            if (_groups.FirstOrDefault(group => group.Name.Equals(word, StringComparison.OrdinalIgnoreCase)).Modules is { } group)
            {
                modules.UnionWith(group);
            }
            else if (word.Equals(All, StringComparison.OrdinalIgnoreCase))
            {
                modules.Add(All);
            }
            else if (ModuleOf(word) is { } module)
            {
                modules.Add(module);
            }
            else
            {
                unknown.Add(word);
            }
        }

        if (unknown.Count > 0)
        {
            var nearest = unknown.SelectMany(word => Nearest.Names(word.ToLowerInvariant(), Groups, 1) is { Count: > 0 } groups ? groups : Nearest.Names(word.ToUpperInvariant(), _modules.Value.Keys, 3)).Distinct(StringComparer.Ordinal).ToList();
            var known = $"groups: {string.Join(", ", Groups)}; iconv -l lists the names";
            throw new ConfigurationException(
                $"unknown character set {string.Join(", ", unknown.Select(ValueList.Show))}", where,
                why: "glibc has no module of that name",
                next: nearest.Count == 0 ? known : $"did you mean {string.Join(", ", nearest)}? {known}");
        }

        modules.Remove(BuiltIn);
        return modules.Contains(All) ? [All] : [.. modules];
    }

    /// <summary>Both selections in one.</summary>
    public static IReadOnlyList<string> Join(IReadOnlyList<string> one, IReadOnlyList<string> other) =>
        one.Contains(All) || other.Contains(All) ? [All] : [.. one.Union(other, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    // People write iconv_open's names: with an empty suffix, or in small letters.
    private static string? ModuleOf(string name) =>
        _modules.Value.GetValueOrDefault((name.EndsWith("//", StringComparison.Ordinal) ? name[..^2] : name).ToUpperInvariant());

    private static Dictionary<string, string> ReadTable()
    {
        var modules = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var words in EmbeddedFile.ReadText("configuration/charsets.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')))
        {
            foreach (var name in words[1..])
            {
                modules.TryAdd(name, words[0]);
            }
        }

        return modules;
    }
}
