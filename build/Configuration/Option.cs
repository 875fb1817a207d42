namespace BusyboxGlibc.Configuration;

/// <summary>One option of the build: every name it goes by, and what it may be.</summary>
/// <param name="Section">Its section in <c>cake.config</c>, or null where it is an argument only.</param>
/// <param name="Name">Its key in that section.</param>
/// <param name="Argument">Its argument, without the two dashes.</param>
/// <param name="Description">What it decides, in one sentence.</param>
/// <param name="Default">The value it has where nobody sets it, as it would be written.</param>
/// <param name="Allowed">The values it takes, for people.</param>
/// <param name="IsSwitch">Whether the argument may stand without a value, meaning <c>true</c>.</param>
/// <param name="IsList">Whether the argument may be given several times: its values are one list.</param>
/// <param name="Separator">What separates the entries of a list.</param>
public sealed record Option(
    string? Section,
    string Name,
    string Argument,
    string Description,
    string Default,
    string Allowed,
    bool IsSwitch = false,
    bool IsList = false,
    char Separator = ',')
{
    /// <summary>The key as Cake joins it, <c>Image_Registry</c>; the bare name where it is an argument only.</summary>
    public string Key => Section is null ? Name : $"{Section}_{Name}";

    /// <summary>The environment variable, <c>CAKE_IMAGE_REGISTRY</c>; null where the option is an argument only.</summary>
    public string? EnvironmentVariable => Section is null ? null : $"CAKE_{Key.ToUpperInvariant()}";

    /// <inheritdoc/>
    public override string ToString() => $"--{Argument}";
}
