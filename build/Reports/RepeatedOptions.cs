using System.Globalization;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Reports;

/// <summary>The options of a run as they are typed in a shell, so that the next run makes the same image.</summary>
/// <param name="Text">The options, each after a blank. Those of the environment too: a variable that was set for one command is gone after it.</param>
/// <param name="Hint">Which ones are left out because they may hold a password; null if there are none.</param>
internal sealed record RepeatedOptions(string Text, string? Hint)
{
    /// <summary>No options.</summary>
    public static RepeatedOptions None { get; } = new(string.Empty, null);

    /// <summary>What starts the build: <c>./build.sh</c>, after the assignment of SOURCE_DATE_EPOCH if the run has one. No option sets it, and without it the next run would make another image.</summary>
    public string Program { get; init; } = "./build.sh";

    /// <summary>Reads the options of a run.</summary>
    /// <param name="arguments">The arguments of the run, by name.</param>
    /// <param name="environment">Returns the value of an environment variable, or null.</param>
    /// <param name="seen">A value as it is typed; null for the values as they are.</param>
    public static RepeatedOptions Of(IEnumerable<KeyValuePair<string, ICollection<string>>> arguments, Func<string, string?> environment, Func<Option, string, string>? seen = null)
    {
        var given = arguments.ToDictionary(StringComparer.OrdinalIgnoreCase);
        var options = OptionTable.All.OrderBy(option => option.Argument, StringComparer.Ordinal)
            .SelectMany(option => Values(option, given, environment).Select(value => (Option: option, Value: value is null ? string.Empty : option.TakesFiles && seen is not null ? seen(option, value) : value))).ToLookup(one => MayBeSecret(one.Option, one.Value));
        var secret = options[true].Select(one => one.Option).Distinct().ToList();
        return new RepeatedOptions(
            string.Concat(options[false].Select(one => one.Value.Length == 0 ? $" --{one.Option.Argument}" : $" --{one.Option.Argument}={ShellWord.Quoted(one.Value)}")),
            secret.Count == 0 ? null : $"with the same {string.Join(", ", secret.Select(Name))}, not shown because it may hold a password")
        {
            Program = SourceDateEpoch.Read(environment(SourceDateEpoch.Variable)) is { } epoch ? string.Create(CultureInfo.InvariantCulture, $"{SourceDateEpoch.Variable}={epoch} ./build.sh") : None.Program,
        };
    }

    // The names of environment variables do not say which values are secrets.
    private static bool MayBeSecret(Option option, string value) => option == OptionTable.Env || Secrets.Redact(value) != value;

    // An empty variable counts as unset, an argument without a value is a switch.
    private static IEnumerable<string?> Values(Option option, Dictionary<string, ICollection<string>> arguments, Func<string, string?> environment) =>
        arguments.TryGetValue(option.Argument, out var values) ? values
        : option.EnvironmentVariable is { } variable && environment(variable)?.Trim() is { Length: > 0 } value ? [value.ReplaceLineEndings(option.IsList ? option.Separator.ToString() : " ")]
        : [];

    private static string Name(Option option) => option.EnvironmentVariable is { } variable ? $"--{option.Argument} or {variable}" : $"--{option.Argument}";
}
