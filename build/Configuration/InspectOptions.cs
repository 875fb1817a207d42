namespace BusyboxGlibc.Configuration;

/// <summary>The options of the tasks that answer questions about libraries and the image.</summary>
/// <param name="Name">The library to find, as written; empty if none is asked for.</param>
/// <param name="Command">The command to find.</param>
/// <param name="Symbol">The symbol to find.</param>
/// <param name="Json">Whether the answer is printed as JSON.</param>
internal sealed record InspectOptions(string Name, string Command, string Symbol, bool Json)
{
    /// <summary>Reads the options.</summary>
    public static InspectOptions Read(OptionReader reader) => new(
        reader.Get(OptionTable.Name).Value, reader.Get(OptionTable.Command).Value, reader.Get(OptionTable.Symbol).Value, reader.GetSwitch(OptionTable.Json));
}
