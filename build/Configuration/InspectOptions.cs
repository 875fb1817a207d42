namespace BusyboxGlibc.Configuration;

/// <summary>The options of targets that answer questions about an image.</summary>
/// <param name="Binaries">The paths of the programs, libraries, folders and archives to check, as written.</param>
/// <param name="Against">The image to check against: a layout, an archive, or a reference; null for the image of the lock.</param>
/// <param name="Adds">Whether missing lines are written to lib-requires.txt.</param>
/// <param name="PrintsJson">Whether the answer is JSON.</param>
internal sealed record InspectOptions(IReadOnlyList<string> Binaries, string? Against, bool Adds, bool PrintsJson)
{
    /// <summary>Reads the options.</summary>
    /// <exception cref="ConfigurationException">A value is malformed.</exception>
    public static InspectOptions Read(OptionReader reader)
    {
        // Unlike other lists, blanks do not separate: they are part of paths.
        var against = reader.Get(InspectOptionTable.Against);
        return new InspectOptions(
            reader.Get(InspectOptionTable.Binary).Value.Split([',', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            against.Value.Length == 0 ? null : against.Value,
            reader.GetSwitch(InspectOptionTable.Add),
            reader.GetSwitch(InspectOptionTable.Json));
    }
}
