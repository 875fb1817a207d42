using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Configuration;

/// <summary>One option of the build: its names, its possible values, and the tasks it affects.</summary>
/// <param name="Section">Its section in <c>cake.config</c>, or null if it is only an argument.</param>
/// <param name="Name">Its key in that section.</param>
/// <param name="Argument">Its argument, without the two dashes.</param>
/// <param name="Description">What it controls, in one or two sentences.</param>
/// <param name="Default">Its value if it is not set, in the form a user writes; empty if the default is not a single value.</param>
/// <param name="Allowed">A description of the values it accepts.</param>
internal sealed record Option(
    string? Section,
    string Name,
    string Argument,
    string Description,
    string Default,
    string Allowed)
{
    /// <summary>The heading for the option in lists of options; its section, unless it is only an argument.</summary>
    public string Group { get => field ?? Section ?? "Run"; init; }

    /// <summary>A value as a user would write it; empty for a switch without a value.</summary>
    public required string Example { get; init; }

    /// <summary>A description of the default, if <see cref="Default"/> does not contain it.</summary>
    public string? DefaultText { get; init; }

    /// <summary>The names of the tasks that use it. It also affects tasks that depend on one of them.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The only words it accepts; null if values are free. Letter case does not matter.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>The words worth offering to who writes a value: <see cref="Words"/>, unless values are free and some of them are common.</summary>
    public IReadOnlyList<string> Suggestions { get => field ?? Words ?? []; init; }

    /// <summary>Whether it accepts several of <see cref="Words"/>, separated by commas.</summary>
    public bool TakesSeveralWords { get; init; }

    /// <summary>The largest number it accepts, with 1 as the smallest; null if it is not a number.</summary>
    public int? Maximum { get; init; }

    /// <summary>Whether the argument may be given without a value, which means <c>true</c>.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>Whether the argument may be given several times: its values form one list.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether its value may be a list of changes, <c>+NAME,-NAME</c>.</summary>
    public bool TakesChanges { get; init; }

    /// <summary>Whether its value is the path of a file or folder on this machine, or a list of them.</summary>
    public bool TakesFiles { get; init; }

    /// <summary>How to write in <c>cake.config</c> a value that Cake cannot read there, such as one with an equals sign; null if no value needs one.</summary>
    public string? FileForm { get; init; }

    /// <summary>What separates the entries of a list.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>The key as Cake joins it, <c>Image_Registry</c>; only the name if it is only an argument.</summary>
    public string Key => Section is null ? Name : $"{Section}_{Name}";

    /// <summary>The environment variable, <c>CAKE_IMAGE_REGISTRY</c>; null if the option is only an argument.</summary>
    public string? EnvironmentVariable => Section is null ? null : $"CAKE_{Key.ToUpperInvariant()}";

    /// <summary>The example as an argument that a shell reads as one word, <c>--registry=ghcr.io/acme</c>. A placeholder in braces, without a comma, is no pattern of a shell.</summary>
    public string ExampleArgument => Example.Length == 0 ? $"--{Argument}" : $"--{Argument}={(Example.Contains(' ') ? ShellWord.Quoted(Example) : Example)}";

    /// <inheritdoc/>
    public override string ToString() => $"--{Argument}";
}
