using System.Text.RegularExpressions;

namespace BusyboxGlibc.Configuration;

/// <summary>The value of an option, and its source.</summary>
/// <param name="Value">The value; the option's default if it is not set.</param>
/// <param name="Source">The source: <c>cake.config</c>, <c>argument --registry</c>, <c>environment CAKE_IMAGE_REGISTRY</c>, or the default.</param>
/// <param name="Line">The line in <c>cake.config</c>, otherwise 0.</param>
/// <param name="IsDefault">Whether the option is not set.</param>
internal sealed record OptionValue(string Value, string Source, int Line, bool IsDefault)
{
    /// <summary>The location of the value, for an error.</summary>
    public string Where => Line > 0 ? $"{Source}:{Line}" : Source;

    /// <summary>Whether a variant sets it: then it has precedence over Dockerfile.run, like a setting of this run alone.</summary>
    public bool IsOfVariant { get; init; }
}

/// <summary>Finds the value of an option: argument, then environment variable, then <c>cake.config</c>, then the default.</summary>
/// <param name="source">The source of the options.</param>
/// <param name="variant">The variant whose options are read; null for the image's.</param>
/// <param name="below">For a variant, what it changes; null to read only what the variant itself sets.</param>
internal sealed partial class OptionReader(IOptionSource source, VariantSection? variant = null, OptionReader? below = null)
{
    private const int MaximumLength = 4096;

    /// <summary>The value.</summary>
    /// <exception cref="ConfigurationException">The argument has no value, or the value is not valid for any option.</exception>
    public OptionValue Get(Option option)
    {
        var value = Find(option);
        if (value.Value.Length > MaximumLength || value.Value.Any(character => char.IsControl(character) && !(option.IsList && character is '\r' or '\n')))
        {
            throw new ConfigurationException(
                $"the value of {option.Key} cannot be read", value.Where, $"it contains a control character or is longer than {MaximumLength} characters", $"allowed: {option.Allowed}");
        }

        return value;
    }

    /// <summary>The settings that come from the command line or the environment and say something else than the project's files, as a user would write them:
    /// <c>--commands=curl</c>, <c>CAKE_IMAGE_FEATURES=none</c>.</summary>
    /// <param name="options">The options to look at.</param>
    public IReadOnlyDictionary<Option, string> Tried(IEnumerable<Option> options) => options
        .Select(option => (Option: option, Value: Find(option)))
        .Where(pair => pair.Value is { Line: 0, IsDefault: false } && !Words(pair.Value).SetEquals(Words(FindInProject(pair.Option))))
        .ToDictionary(pair => pair.Option, pair => $"{pair.Value.Source.Split(' ')[^1]}={pair.Value.Value.ReplaceLineEndings(",")}");

    private static HashSet<string> Words(OptionValue value) => ValueList.Split(value.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The value of a boolean option.</summary>
    /// <exception cref="ConfigurationException">The value is not a boolean.</exception>
    public bool GetSwitch(Option option)
    {
        var value = Get(option);
        return ValueList.Switch(value.Value)
            ?? throw new ConfigurationException(
                $"{option.Key} must be true or false, not {(value.Value.Length == 0 ? "empty" : ValueList.Show(value.Value))}", value.Where, next: $"write --{option.Argument} or --{option.Argument}=false");
    }

    /// <summary>The value of an environment variable that does not belong to an option; null if it is unset or empty.</summary>
    public string? Environment(string name) => source.Environment(name) is { Length: > 0 } value ? value : null;

    /// <summary>The variants, in the order of the file.</summary>
    public IReadOnlyList<VariantSection> Variants => source.Variants;

    /// <summary>The options of a variant.</summary>
    /// <param name="section">The variant.</param>
    /// <param name="isWhole">Whether what it does not set is that of the image; otherwise it is not set.</param>
    public OptionReader Of(VariantSection section, bool isWhole) => new(source, section, isWhole ? this : null);

    /// <summary>The value of a key that only a variant has; null if it is not set.</summary>
    public OptionValue? GetOwn(string key) => variant is not null && source.Config(variant.Section, key) is { } entry ? Checked(new OptionValue(Expand(entry.Value), entry.File, entry.Line, false), key) : null;

    private static OptionValue Checked(OptionValue value, string key) => value.Value.Length <= MaximumLength && !value.Value.Any(char.IsControl) ? value
        : throw new ConfigurationException($"the value of {key} cannot be read", value.Where, $"it contains a control character or is longer than {MaximumLength} characters", "shorten it");

    private OptionValue FindInVariant(Option option)
    {
        var known = below?.Get(option) ?? Default(option);
        if (known.IsDefault && below?.GetSwitch(OptionTable.OnlyBinary) == true && OptionTable.OfPrograms.Contains(option))
        {
            known = known with { Value = OptionTable.None };
        }

        if (!VariantSection.Takes(option) || source.Config(variant!.Section, option.Name) is not { } entry)
        {
            return known;
        }

        var value = new OptionValue(Expand(entry.Value), entry.File, entry.Line, false) { IsOfVariant = true };
        return VariantSection.IsList(option) && below is not null ? VariantList.Apply(option, value, known) : value;
    }

    private OptionValue Find(Option option)
    {
        if (variant is not null)
        {
            return FindInVariant(option);
        }

        if (source.HasArgument(option.Argument))
        {
            return ListChanges.Apply(option, Argument(option), () => FindBelowArguments(option));
        }

        return FindBelowArguments(option);
    }

    private OptionValue FindBelowArguments(Option option)
    {
        // An empty variable counts as unset: CI systems pass undefined settings that way.
        if (option.EnvironmentVariable is { } variable && Environment(variable) is { } fromEnvironment)
        {
            return ListChanges.Apply(option, new OptionValue(fromEnvironment.Trim(), $"environment {variable}", 0, false), () => FindInProject(option));
        }

        return FindInProject(option);
    }

    private OptionValue FindInProject(Option option) => option.Section is not null && source.Config(option.Section, option.Name) is { } entry
        ? ListChanges.Apply(option, new OptionValue(Expand(entry.Value), entry.File, entry.Line, false), () => Default(option))
        : Default(option);

    private static OptionValue Default(Option option) => new(option.Default, $"the default of {option.Key}", 0, true);

    /// <summary>Replaces <c>%NAME%</c> with environment variables, as Cake does in its file; names that are not set stay as written.</summary>
    private string Expand(string value) =>
        VariablePattern().Replace(value, match => source.Environment(match.Groups[1].Value) ?? match.Value);

    [GeneratedRegex("%([A-Za-z_][A-Za-z0-9_]*)%", RegexOptions.CultureInvariant)]
    private static partial Regex VariablePattern();

    private OptionValue Argument(Option option)
    {
        var where = $"argument --{option.Argument}";
        var value = source.Argument(option.Argument)?.Trim();
        if (option.IsSwitch && string.IsNullOrEmpty(value))
        {
            value = "true";
        }

        return value is null
            ? throw new ConfigurationException($"--{option.Argument} has no value", where, next: $"write --{option.Argument}=VALUE; allowed: {option.Allowed}")
            : new OptionValue(value, where, 0, false);
    }
}
