using Cake.Core.Tooling;

namespace Cake.Docker;

/// <summary>Settings whose properties are switches of a command of <c>docker</c>: <c>CacheFrom</c> is <c>--cache-from</c>.
/// Where a property is null or false its switch is left out; an array repeats its switch.</summary>
public abstract class AutoToolSettings : ToolSettings
{
    /// <summary>The properties whose values logs do not show.</summary>
    public HashSet<string> SecretProperties { get; }

    /// <summary>Asks which properties hold secrets.</summary>
    protected AutoToolSettings() => SecretProperties = [.. CollectSecretProperties() ?? []];

    /// <summary>The names of the properties whose values logs must not show; null for none. Called by the constructor.</summary>
    protected virtual string[]? CollectSecretProperties() => null;
}
