using System.Text.Json;

namespace BusyboxGlibc.Configuration;

/// <summary>The options for programs that the image is built for.</summary>
/// <param name="With">The paths of the programs that the image must run, as written.</param>
/// <param name="Inside">The paths of those that are in the image, as written.</param>
/// <param name="EntryPoint">What a container runs; null for what Dockerfile.run says.</param>
internal sealed record ProgramOptions(IReadOnlyList<string> With, IReadOnlyList<string> Inside, IReadOnlyList<string>? EntryPoint)
{
    /// <summary>Whether the image has only what they need.</summary>
    public bool Only { get; init; }

    /// <summary>Where that was written, for an error.</summary>
    public string OnlyWhere { get; init; } = string.Empty;

    /// <summary>Where the programs were written, for an error.</summary>
    public string WithWhere { get; init; } = string.Empty;

    /// <summary>Where those that are in the image were written, for an error.</summary>
    public string InsideWhere { get; init; } = string.Empty;

    /// <summary>Where the entry point was written, for an error.</summary>
    public string EntryPointWhere { get; init; } = string.Empty;

    /// <summary>Reads the options.</summary>
    /// <exception cref="ConfigurationException">The entry point is malformed.</exception>
    public static ProgramOptions Read(OptionReader reader)
    {
        var (with, inside, entryPoint) = (reader.Get(OptionTable.WithBinary), reader.Get(OptionTable.Program), reader.Get(OptionTable.Entrypoint));
        return new ProgramOptions(PathList.Split(with.Value), PathList.Split(inside.Value), ValueList.IsNone(entryPoint.Value) ? null : Words(entryPoint))
        {
            Only = reader.GetSwitch(OptionTable.OnlyBinary),
            OnlyWhere = reader.Get(OptionTable.OnlyBinary).Where,
            WithWhere = with.Where,
            InsideWhere = inside.Where,
            EntryPointWhere = entryPoint.Where,
        };
    }

    private static string[] Words(OptionValue value)
    {
        if (!value.Value.StartsWith('['))
        {
            return value.Value.IndexOfAny(['"', '\'', '$', '|', '&', '>', '<']) < 0 ? value.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                : throw Malformed(value, "quotes and variables have no meaning here, because no shell reads it");
        }

        try
        {
            return JsonSerializer.Deserialize<string[]>(value.Value) is { Length: > 0 } words && words.All(word => !string.IsNullOrEmpty(word)) ? words
                : throw Malformed(value, "the array has no words, or empty ones");
        }
        catch (JsonException)
        {
            throw Malformed(value, "it is not a JSON array of texts");
        }
    }

    private static ConfigurationException Malformed(OptionValue value, string why) =>
        new("the entry point cannot be read", value.Where, why, """write words separated by blanks, or a JSON array: --entrypoint='["prog", "--name=two words"]'""");
}
