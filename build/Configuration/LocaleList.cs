using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Configuration;

/// <summary>
/// Reads the value of <c>Locales</c>. The names are in <c>locales.txt</c>, each with its character set: the folders of Debian's locales-all, named as
/// glibc normalizes them (<c>zh_CN.utf8</c>); a test compares.
/// </summary>
internal static class LocaleList
{
    private static readonly Lazy<Dictionary<string, (string Folder, string Charset)>> _locales = new(() => EmbeddedFile.ReadText("configuration/locales.txt")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' '))
        .ToDictionary(words => words[0], words => (words[0], words[1]), StringComparer.OrdinalIgnoreCase));

    /// <summary>The folders of the listed locales, each once, in ordinal order.</summary>
    /// <param name="value">The value as written: names as setlocale(3) takes them, separated by commas or blanks; <c>none</c> for no locale.</param>
    /// <param name="where">Where it was written, for an error.</param>
    /// <param name="hasUtf8OfC">Whether the image has C.UTF-8, which is a feature of its own.</param>
    /// <exception cref="ConfigurationException">glibc has no locale of a name.</exception>
    public static IReadOnlyList<string> Parse(string value, string where, bool hasUtf8OfC = false)
    {
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var name in ValueList.Split(value))
        {
            if (name.ToUpperInvariant() is "C.UTF-8" or "C.UTF8")
            {
                if (hasUtf8OfC)
                {
                    continue;
                }

                throw new ConfigurationException($"{name} is not in Debian's package of locales", where, "it is a feature of its own, locale", "add it there: --features=+locale");
            }

            if (FolderOf(name) is { } folder)
            {
                folders.Add(folder);
            }
            else if (name is not ("C" or "POSIX"))
            {
                unknown.Add(name);
            }
        }

        if (unknown.Count > 0)
        {
            var nearest = unknown.SelectMany(Alike).Distinct(StringComparer.Ordinal).ToList();
            throw new ConfigurationException(
                $"unknown locale {string.Join(", ", unknown.Select(ValueList.Show))}", where,
                why: "a locale is a language, a territory and a character set, such as zh_CN.UTF-8",
                next: nearest.Count == 0 ? "locale -a lists the names where locales-all is installed" : $"did you mean {string.Join(", ", nearest)}?");
        }

        return [.. folders];
    }

    /// <summary>What should be known about names that have a character set which most people do not mean; empty if there is nothing.</summary>
    /// <param name="value">A valid value.</param>
    public static IReadOnlyList<string> Notes(string value) =>
    [
        .. ValueList.Split(value)
            .Where(name => !name.Contains('.', StringComparison.Ordinal) && _locales.Value.TryGetValue(name, out var known) && known.Charset != "UTF-8" && _locales.Value.ContainsKey($"{name}.utf8"))
            .Select(name => $"the locale {name} is {name}.{_locales.Value[name].Charset}; programs that write UTF-8 need {name}.UTF-8"),
    ];

    /// <summary>The modules for the character sets of locales, which functions such as mbstowcs(3) need: as <see cref="CharsetList.Parse"/> returns them.</summary>
    /// <param name="folders">The locales, as <see cref="Parse"/> returns them.</param>
    public static IReadOnlyList<string> Charsets(IEnumerable<string> folders) =>
        CharsetList.Parse(string.Join(',', folders.Select(folder => _locales.Value[folder].Charset)), "locales.txt");

    // The same language and territory with another character set; else a slip in the name.
    private static List<string> Alike(string name)
    {
        var territory = name.Split('.', '@')[0];
        var same = _locales.Value.Keys.Where(known => known.Split('.', '@')[0].Equals(territory, StringComparison.OrdinalIgnoreCase)).ToList();
        return same.Count > 0 ? same : [.. Nearest.Names(name.Replace("UTF-8", "utf8", StringComparison.OrdinalIgnoreCase), _locales.Value.Keys, 3)];
    }

    // As glibc's setlocale: the character set without punctuation and in small letters; a locale without one has the character set in the table.
    private static string? FolderOf(string name)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        var (plain, modifier) = at < 0 ? (name, string.Empty) : (name[..at], name[at..]);
        var dot = plain.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return _locales.Value.TryGetValue(name, out var same) ? same.Folder : null;
        }

        var charset = Normalized(plain[(dot + 1)..]);
        return _locales.Value.TryGetValue($"{plain[..dot]}.{charset}{modifier}", out var exact) ? exact.Folder
            : _locales.Value.TryGetValue(plain[..dot] + modifier, out var other) && Normalized(other.Charset) == charset ? other.Folder
            : null;
    }

    private static string Normalized(string charset)
    {
        var letters = string.Concat(charset.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        return letters.All(char.IsAsciiDigit) ? "iso" + letters : letters;
    }
}
