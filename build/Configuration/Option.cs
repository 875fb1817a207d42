namespace BusyboxGlibc.Configuration;

/// <summary>One option of the build: every name it goes by, what it may be, and where it takes effect.</summary>
/// <param name="Section">Its section in <c>cake.config</c>, or null where it is an argument only.</param>
/// <param name="Name">Its key in that section.</param>
/// <param name="Argument">Its argument, without the two dashes.</param>
/// <param name="Description">What it decides, in one sentence or two.</param>
/// <param name="Default">The value it has where nobody sets it, as it would be written; empty where no single value says it.</param>
/// <param name="Allowed">The values it takes, for people.</param>
internal sealed record Option(
    string? Section,
    string Name,
    string Argument,
    string Description,
    string Default,
    string Allowed)
{
    /// <summary>The heading it stands under in lists of options; its section unless it is an argument only.</summary>
    public string Group { get => field ?? Section ?? "Run"; init; }

    /// <summary>A value as somebody would write it; empty for a switch that is written without one.</summary>
    public required string Example { get; init; }

    /// <summary>What holds where nobody sets it, in words, where <see cref="Default"/> does not say it.</summary>
    public string? DefaultText { get; init; }

    /// <summary>The names of the tasks that use it. It takes effect too in what depends on one of them.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The only words it takes; null where values are free. Letter case does not matter.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>Whether it takes several of <see cref="Words"/>, separated by commas.</summary>
    public bool TakesSeveralWords { get; init; }

    /// <summary>The largest number it takes, 1 being the smallest; null where it is no number.</summary>
    public int? Maximum { get; init; }

    /// <summary>Whether the argument may stand without a value, meaning <c>true</c>.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>Whether the argument may be given several times: its values are one list.</summary>
    public bool IsList { get; init; }

    /// <summary>What separates the entries of a list.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>The key as Cake joins it, <c>Image_Registry</c>; the bare name where it is an argument only.</summary>
    public string Key => Section is null ? Name : $"{Section}_{Name}";

    /// <summary>The environment variable, <c>CAKE_IMAGE_REGISTRY</c>; null where the option is an argument only.</summary>
    public string? EnvironmentVariable => Section is null ? null : $"CAKE_{Key.ToUpperInvariant()}";

    /// <summary>The example as an argument, <c>--registry=ghcr.io/acme</c>.</summary>
    public string ExampleArgument => Example.Length == 0 ? $"--{Argument}" : $"--{Argument}={Example}";

    /// <inheritdoc/>
    public override string ToString() => $"--{Argument}";
}
