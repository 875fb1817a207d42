namespace BusyboxGlibc.Configuration;

/// <summary>The source of options; injected, so that the code below does not depend on the process or on Cake.</summary>
internal interface IOptionSource
{
    /// <summary>The value of an argument; null if it was not given, or was given without a value.</summary>
    string? Argument(string name);

    /// <summary>Whether an argument was given, with or without a value.</summary>
    bool HasArgument(string name);

    /// <summary>The value of an environment variable, or null.</summary>
    string? Environment(string name);

    /// <summary>A key of <c>cake.config</c>, or null.</summary>
    ConfigEntry? Config(string section, string key);

    /// <summary>The variants that <c>cake.config</c> describes, in the order of the file.</summary>
    IReadOnlyList<VariantSection> Variants { get; }
}

/// <summary>An option source that combines arguments, environment variables and a parsed <c>cake.config</c>.</summary>
/// <param name="argument">Returns the value of an argument, as <see cref="IOptionSource.Argument"/>.</param>
/// <param name="hasArgument">Whether an argument was given.</param>
/// <param name="environment">Returns the value of an environment variable, or null.</param>
/// <param name="config">The file.</param>
internal sealed class OptionSource(
    Func<string, string?> argument,
    Func<string, bool> hasArgument,
    Func<string, string?> environment,
    CakeConfigFile config) : IOptionSource
{
    /// <inheritdoc/>
    public string? Argument(string name) => argument(name);

    /// <inheritdoc/>
    public bool HasArgument(string name) => hasArgument(name);

    /// <inheritdoc/>
    public string? Environment(string name) => environment(name);

    /// <inheritdoc/>
    public ConfigEntry? Config(string section, string key) => config.Find(section, key);

    /// <inheritdoc/>
    public IReadOnlyList<VariantSection> Variants => config.Variants;
}
