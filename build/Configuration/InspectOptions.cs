namespace BusyboxGlibc.Configuration;

/// <summary>The options of the tasks that answer questions about libraries and the image.</summary>
/// <param name="Name">The library to find, as written; empty if none is asked for.</param>
/// <param name="Command">The command to find.</param>
/// <param name="Json">Whether the answer is printed as JSON.</param>
internal sealed record InspectOptions(string Name, string Command, bool Json)
{
    /// <summary>The file, package, applet or command to explain; empty if none is asked for.</summary>
    public string File { get; init; } = string.Empty;

    /// <summary>The line whose absence is asked for; empty if none is.</summary>
    public string Without { get; init; } = string.Empty;

    /// <summary>Whether the chains of all requirements are wanted.</summary>
    public bool All { get; init; }

    /// <summary>Reads the options.</summary>
    public static InspectOptions Read(OptionReader reader) => new(
        reader.Get(OptionTable.Name).Value, reader.Get(OptionTable.Command).Value, reader.GetSwitch(OptionTable.Json))
    {
        File = reader.Get(OptionTable.File).Value,
        Without = reader.Get(OptionTable.Without).Value,
        All = reader.GetSwitch(OptionTable.AllChains),
    };
}
