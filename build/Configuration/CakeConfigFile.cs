using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Configuration;

/// <summary>A key of <c>cake.config</c>.</summary>
/// <param name="Section">The section as written, without brackets.</param>
/// <param name="Key">The key as written.</param>
/// <param name="Value">The value without surrounding blanks; may be empty.</param>
/// <param name="File">The file's name as shown to the user.</param>
/// <param name="Line">The line, starting at 1.</param>
internal sealed record ConfigEntry(string Section, string Key, string Value, string File, int Line)
{
    /// <summary>File and line, for an error.</summary>
    public string Where => $"{File}:{Line}";
}

/// <summary>
/// Reads <c>cake.config</c> as Cake does (<c>[Section]</c>, <c>Key=Value</c>, <c>;</c> starts a comment, case does not
/// matter, <c>Section_Key=Value</c> before any section is the same), but keeps line numbers and rejects what Cake cannot read or would
/// silently misread. The sections of this project may contain only keys of <see cref="OptionTable"/>; Cake's own sections are not checked.
/// </summary>
internal sealed class CakeConfigFile
{
    /// <summary>The sections that belong to Cake and its modules: their contents are not validated.</summary>
    internal static readonly IReadOnlyList<string> CakeSections =
        ["Paths", "Settings", "NuGet", "Roslyn", "Tools", "DotNet", "DotNetTool", "Npm", "Chocolatey", "GitHubActions", "BuildServer"];

    private readonly Dictionary<string, ConfigEntry> _entries;

    private CakeConfigFile(Dictionary<string, ConfigEntry> entries, IReadOnlyList<VariantSection> variants) => (_entries, Variants) = (entries, variants);

    /// <summary>A file that sets nothing.</summary>
    public static CakeConfigFile Empty { get; } = new([], []);

    /// <summary>The variants that it describes, in its order, also those whose section is empty.</summary>
    public IReadOnlyList<VariantSection> Variants { get; }

    /// <summary>Every key, including Cake's own, in the order of the file.</summary>
    public IReadOnlyList<ConfigEntry> Entries => [.. _entries.Values.OrderBy(entry => entry.Line)];

    /// <summary>Reads a file; one that does not exist sets nothing.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or contains an invalid line.</exception>
    public static CakeConfigFile Read(string path)
    {
        var source = Path.GetFileName(path);
        return TextFile.Read(path, source) is { } text ? Parse(text, source) : Empty;
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text, with or without a byte order mark; lines end with LF, CRLF or CR.</param>
    /// <param name="source">The file's name, for errors.</param>
    /// <exception cref="ConfigurationException">A line is invalid; the error contains its number.</exception>
    public static CakeConfigFile Parse(string text, string source)
    {
        var lines = TextFile.Checked(text, source).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        var entries = new Dictionary<string, ConfigEntry>(StringComparer.OrdinalIgnoreCase);
        var variants = new Dictionary<string, VariantSection>(StringComparer.OrdinalIgnoreCase);
        var section = string.Empty;
        foreach (var (index, raw) in lines.Index())
        {
            var number = index + 1;
            var where = $"{source}:{number}";
            CheckCharacters(raw, where);
            var line = raw.Trim();
            if (line.StartsWith('['))
            {
                (section, line) = ReadSection(line, where);
                Note(variants, section, where);
            }

            if (line.Length > 0 && line[0] != ';')
            {
                var entry = ReadEntry(line, section, source, number);
                Note(variants, entry.Section, where);
                Add(entries, entry);
            }
        }

        return new CakeConfigFile(entries, [.. variants.Values]);
    }

    /// <summary>The entry of a key, ignoring case, or null.</summary>
    public ConfigEntry? Find(string section, string key) => _entries.GetValueOrDefault($"{section}_{key}");

    private static void Note(Dictionary<string, VariantSection> variants, string section, string where)
    {
        if (VariantSection.IsOne(section) && !variants.ContainsKey(section))
        {
            variants.Add(section, VariantSection.Parse(section, where));
        }
    }

    private static void CheckCharacters(string line, string where)
    {
        if (line.Length > TextFile.MaximumLine)
        {
            throw new ConfigurationException("the line is too long", where, $"more than {TextFile.MaximumLine} characters", "shorten it");
        }

        foreach (var (index, character) in line.Index())
        {
            if (TextFile.IsControl(character))
            {
                throw new ConfigurationException(
                    $"the line has the control character {TextFile.Show(character)}", $"{where}:{index + 1}", next: "remove it");
            }
        }
    }

    private static (string Section, string After) ReadSection(string line, string where)
    {
        var end = line.IndexOf(']', StringComparison.Ordinal);
        if (end < 0)
        {
            throw new ConfigurationException("the section has no ]", where, next: $"close it: {ValueList.Show(line)}]");
        }

        var name = line[1..end];
        if (VariantSection.Meant(name) is { } variant)
        {
            throw new ConfigurationException($"[{ValueList.Show(name)}] is not a section name", where, "Cake allows no blank in one, and a dot is before the name of a variant", $"write [Variant.{ValueList.Show(variant)}]");
        }

        if (VariantSection.IsOne(name))
        {
            return (name, line[(end + 1)..].TrimStart());
        }

        if (name.Length == 0 || name.Any(character => !IsNameCharacter(character)))
        {
            throw new ConfigurationException(
                $"[{ValueList.Show(name)}] is not a section name", where, "a section is one word of letters and digits", $"write one of [{string.Join("], [", OptionTable.Sections)}]");
        }

        if (!IsKnownSection(name))
        {
            throw new ConfigurationException($"unknown section [{ValueList.Show(name)}]", where, next: SectionAdvice(name));
        }

        return (name, line[(end + 1)..].TrimStart());
    }

    private static ConfigEntry ReadEntry(string line, string section, string source, int number)
    {
        var where = $"{source}:{number}";
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        if (line[0] == '#')
        {
            throw new ConfigurationException("# does not start a comment here", where, "comments in Cake's files start with ;", "use ; instead");
        }

        if (equals < 0)
        {
            throw new ConfigurationException("the line has no =", where, next: "write Key=Value, or start the line with ; if it is a comment");
        }

        var key = line[..equals];
        if (key.Length == 0)
        {
            throw new ConfigurationException("the line has no key before =", where, next: "write Key=Value");
        }

        if (key != key.TrimEnd())
        {
            throw new ConfigurationException(
                "there is whitespace before =", where, "Cake treats it as part of the key", $"write {ValueList.Show(key.TrimEnd())}={ValueList.Show(line[(equals + 1)..].Trim())}");
        }

        if (section.Length == 0)
        {
            (section, key) = SplitKey(key, where);
        }

        CheckKey(section, key, where);
        var value = line[(equals + 1)..].Trim();
        CheckValue(section, key, value, where);
        return new ConfigEntry(section, key, value, source, number);
    }

    /// <summary>Splits <c>Section_Key</c>, which Cake allows outside any section.</summary>
    private static (string Section, string Key) SplitKey(string key, string where)
    {
        var underscore = key.IndexOf('_', StringComparison.Ordinal);
        if (underscore <= 0 || underscore == key.Length - 1)
        {
            var option = OptionTable.All.FirstOrDefault(option => option.Section is not null && option.Name.Equals(key, StringComparison.OrdinalIgnoreCase));
            throw new ConfigurationException(
                $"{ValueList.Show(key)} is not in a section",
                where,
                next: option is null ? $"put it under one of [{string.Join("], [", OptionTable.Sections)}]" : $"put the line [{option.Section}] above it");
        }

        var section = key[..underscore];
        if (!IsKnownSection(section))
        {
            throw new ConfigurationException($"unknown section {ValueList.Show(section)} in {ValueList.Show(key)}", where, next: SectionAdvice(section));
        }

        return (section, key[(underscore + 1)..]);
    }

    private static void CheckKey(string section, string key, string where)
    {
        if (key.Any(character => !IsNameCharacter(character) && character is not ('_' or '.' or '-')))
        {
            throw new ConfigurationException($"{ValueList.Show(key)} is not a key", where, "a key is one word of letters and digits", "write Key=Value");
        }

        if (VariantSection.IsOne(section))
        {
            VariantSection.CheckKey(section, key, where);
            return;
        }

        if (!IsOurs(section) || OptionTable.Find(section, key) is not null)
        {
            return;
        }

        var keys = OptionTable.All.Where(option => section.Equals(option.Section, StringComparison.OrdinalIgnoreCase)).Select(option => option.Name).ToList();
        var elsewhere = OptionTable.All.FirstOrDefault(option => option.Name.Equals(key, StringComparison.OrdinalIgnoreCase));
        throw new ConfigurationException($"unknown key {ValueList.Show(key)} in [{ValueList.Show(section)}]", where, next: KeyAdvice(key, keys, elsewhere));
    }

    private static void CheckValue(string section, string key, string value, string where)
    {
        var known = VariantSection.IsOne(section) ? OptionTable.Image : section;
        if (value.Length == 0)
        {
            var takesNone = OptionTable.Find(known, key)?.Allowed.EndsWith("or none", StringComparison.Ordinal) == true;
            throw new ConfigurationException(
                $"{key} has no value", where, "Cake cannot read a key without a value", $"{(takesNone ? $"write {key}={OptionTable.None}, or " : string.Empty)}write ; before the line for the default");
        }

        var form = OptionTable.Find(known, key)?.FileForm;
        if (value.Contains('=', StringComparison.Ordinal))
        {
            throw new ConfigurationException($"the value of {key} has a second =", where, "Cake cannot read it", form ?? "remove it from the value");
        }

        if (value[0] == '[' && form is not null)
        {
            throw new ConfigurationException($"the value of {key} begins with [", where, "Cake takes it for a section", form);
        }

        if (value[0] is '[' or ';' || (IsOurs(section) && (value.Contains(" ;", StringComparison.Ordinal) || value.Contains("\t;", StringComparison.Ordinal))))
        {
            throw new ConfigurationException(
                $"the value of {key} contains a comment or a section", where, "Cake does not support comments after a value", "put it on its own line");
        }
    }

    private static void Add(Dictionary<string, ConfigEntry> entries, ConfigEntry entry)
    {
        if (!entries.TryAdd($"{entry.Section}_{entry.Key}", entry))
        {
            var first = entries[$"{entry.Section}_{entry.Key}"];
            throw new ConfigurationException(
                $"[{entry.Section}] {entry.Key} appears twice", entry.Where, $"it was already set in line {first.Line}", $"remove line {first.Line} or line {entry.Line}");
        }
    }

    private static bool IsOurs(string section) => VariantSection.IsOne(section) || OptionTable.Sections.Contains(section, StringComparer.OrdinalIgnoreCase);

    private static bool IsKnownSection(string section) => IsOurs(section) || CakeSections.Contains(section, StringComparer.OrdinalIgnoreCase);

    private static bool IsNameCharacter(char character) => char.IsAsciiLetterOrDigit(character);

    private static string SectionAdvice(string name)
    {
        var nearest = Nearest.Names(name, OptionTable.Sections.Concat(CakeSections), 1);
        var known = $"sections: [{string.Join("], [", OptionTable.Sections)}], [Variant.NAME], and Cake's own";
        return nearest.Count == 0 ? known : $"did you mean [{nearest[0]}]? {known}";
    }

    private static string KeyAdvice(string key, List<string> keys, Option? elsewhere)
    {
        if (elsewhere is not null)
        {
            return elsewhere.Section is null
                ? $"it can only be given as an argument: --{elsewhere.Argument}="
                : $"it belongs to [{elsewhere.Section}]";
        }

        var nearest = Nearest.Names(key, keys, 1);
        var known = $"keys: {string.Join(", ", keys)}";
        return nearest.Count == 0 ? known : $"did you mean {nearest[0]}? {known}";
    }
}
