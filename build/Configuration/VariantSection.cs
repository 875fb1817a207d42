using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Configuration;

/// <summary>A section of <c>cake.config</c> that describes a variant: <c>[Variant.nonroot]</c>. Cake refuses a section name with a blank, so a dot separates the two words.</summary>
/// <param name="Name">The variant's name, which follows a dash in the image's tags.</param>
/// <param name="Where">File and line of the section, for an error.</param>
internal sealed partial record VariantSection(string Name, string Where)
{
    private const string Prefix = "Variant";
    private const int MaximumName = 32;

    /// <summary>The key for libraries, which only variants have; those of the image are in <c>lib-requires.txt</c>.</summary>
    public const string Libraries = "Libraries";

    // What a variant may change. Everything else belongs to all images of a build.
    private static IReadOnlyList<Option> Lists => field ??=
        [OptionTable.Commands, OptionTable.Features, OptionTable.Charsets, OptionTable.Locales, OptionTable.Zones, OptionTable.Authorities, OptionTable.Users];

    private static IReadOnlyList<Option> Values => field ??=
    [
        OptionTable.Zone, OptionTable.User, OptionTable.Env, OptionTable.WorkingDirectory, OptionTable.Entrypoint, OptionTable.Cmd, OptionTable.Labels, OptionTable.Ports, OptionTable.Volumes,
        OptionTable.StopSignal,
    ];

    /// <summary>The section as written, without brackets.</summary>
    public string Section => $"{Prefix}.{Name}";

    /// <summary>The keys that a variant may set.</summary>
    public static IReadOnlyList<string> Keys => field ??= [Libraries, .. Lists.Concat(Values).Select(option => option.Name)];

    /// <summary>Whether an option is a list that a variant adds to.</summary>
    public static bool IsList(Option option) => Lists.Contains(option);

    /// <summary>Whether a variant may set an option.</summary>
    public static bool Takes(Option option) => IsList(option) || Values.Contains(option);

    /// <summary>Whether a variant may have that name.</summary>
    public static bool IsName(string name) => name.Length <= MaximumName && NamePattern().IsMatch(name) && name is not (OptionTable.None or "all") && !TakenPattern().IsMatch(name);

    /// <summary>Whether a section is one of a variant.</summary>
    public static bool IsOne(string section) => section.StartsWith(Prefix + ".", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether somebody meant such a section and wrote it otherwise: <c>[Variant nonroot]</c>, <c>[Variant:nonroot]</c>, <c>[Variants.nonroot]</c>.</summary>
    /// <returns>The name, or null.</returns>
    public static string? Meant(string section) => MeantPattern().Match(section) is { Success: true } match ? (match.Groups[1].Success ? match.Groups[1] : match.Groups[2]).Value : null;

    /// <summary>Reads the name of a section.</summary>
    /// <param name="section">The section, without brackets.</param>
    /// <param name="where">File and line, for an error.</param>
    /// <exception cref="ConfigurationException">The name cannot be part of a tag, or means something else there.</exception>
    public static VariantSection Parse(string section, string where)
    {
        var name = section[(Prefix.Length + 1)..];
        var fault = !NamePattern().IsMatch(name) ? "it follows a dash in the image's tags, and consists of lower-case letters, digits, and single dots and dashes between them"
            : name.Length > MaximumName ? $"it has more than {MaximumName} characters"
            : name is OptionTable.None or "all" ? $"--{OptionTable.Variants.Argument} takes {name} for another meaning"
            : TakenPattern().IsMatch(name) ? "tags of the image without variants end in such a name"
            : null;
        return fault is null ? new VariantSection(name, where)
            : throw new ConfigurationException($"[{ValueList.Show(section)}] has a name that is no tag suffix", where, fault, $"write one such as [{Prefix}.{Suggestion(name)}]");
    }

    /// <summary>Refuses a key that no variant has.</summary>
    /// <exception cref="ConfigurationException">The key belongs to all images, or does not exist.</exception>
    public static void CheckKey(string section, string key, string where)
    {
        if (Keys.Contains(key, StringComparer.OrdinalIgnoreCase))
        {
            return;
        }

        if (OptionTable.All.FirstOrDefault(option => option.Name.Equals(key, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            throw new ConfigurationException(
                $"[{section}] cannot set {other.Name}", where, "it is the same for all images of a build", other.Section is null ? $"give it as an argument: --{other.Argument}=" : $"set it in [{other.Section}]");
        }

        var near = Nearest.Names(key, Keys, 1);
        throw new ConfigurationException(
            $"unknown key {ValueList.Show(key)} in [{section}]", where, next: $"{(near.Count == 0 ? string.Empty : $"did you mean {near[0]}? ")}keys of a variant: {string.Join(", ", Keys)}");
    }

    private static string Suggestion(string name)
    {
        var letters = string.Concat(name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
        return IsName(letters) ? letters : "nonroot";
    }

    [GeneratedRegex(@"\A[a-z0-9]+([.-][a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    // 1.38.0-glibc-debian13, and the same with the day and digits of a digest.
    [GeneratedRegex(@"\A(debian[0-9]+|[0-9]{8}-[0-9a-f]{12})(-|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex TakenPattern();

    [GeneratedRegex(@"\AVariants?[ \t:/_-]+([^\s].*?)\s*\z|\AVariants\.(.+)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex MeantPattern();
}
