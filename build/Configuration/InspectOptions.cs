namespace BusyboxGlibc.Configuration;

/// <summary>The options of the tasks that answer questions about programs, libraries and the image.</summary>
/// <param name="Name">The library to find, as written; empty if none is asked for.</param>
/// <param name="Command">The command to find.</param>
/// <param name="Json">Whether the answer is printed as JSON.</param>
internal sealed record InspectOptions(string Name, string Command, bool Json)
{
    /// <summary>The symbol to find; empty if none is asked for.</summary>
    public string Symbol { get; init; } = string.Empty;

    /// <summary>The file, package, applet or command to explain; empty if none is asked for.</summary>
    public string File { get; init; } = string.Empty;

    /// <summary>The line whose absence is asked for; empty if none is.</summary>
    public string Without { get; init; } = string.Empty;

    /// <summary>Whether the chains of all requirements are wanted.</summary>
    public bool All { get; init; }

    /// <summary>The paths of the programs, libraries, folders and archives to check, as written.</summary>
    public IReadOnlyList<string> Binaries { get; init; } = [];

    /// <summary>The image to check them against: a layout, an archive, or a reference; null for the image of the lock.</summary>
    public string? Against { get; init; }

    /// <summary>The image to compare the built one with, named in the same ways; null if none is.</summary>
    public string? From { get; init; }

    /// <summary>The image to check, or whose vulnerabilities are asked for; null if none is named.</summary>
    public string? Image { get; init; }

    /// <summary>The file of the public key, absolute; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>Whether the published image is built again.</summary>
    public bool Rebuilds { get; init; }

    /// <summary>The file or address of the data of Debian's security tracker.</summary>
    public string Tracker { get; init; } = OptionTable.Tracker.Default;

    /// <summary>The image to compare that one with, named in the same ways; null for the built one.</summary>
    public string? To { get; init; }

    /// <summary>Whether the answer is printed as Markdown.</summary>
    public bool Markdown { get; init; }

    /// <summary>Whether sources are downloaded.</summary>
    public bool Downloads { get; init; }

    /// <summary>Whether sources are pushed to the registries.</summary>
    public bool PushesSources { get; init; }

    /// <summary>Whether missing lines are written to lib-requires.txt.</summary>
    public bool Adds { get; init; }

    /// <summary>Reads the options.</summary>
    /// <exception cref="ConfigurationException">A value is malformed.</exception>
    public static InspectOptions Read(OptionReader reader, string root) => new(
        reader.Get(OptionTable.Name).Value, reader.Get(OptionTable.Command).Value, reader.GetSwitch(OptionTable.Json))
    {
        Symbol = reader.Get(OptionTable.Symbol).Value,
        File = reader.Get(OptionTable.File).Value,
        Without = reader.Get(OptionTable.Without).Value,
        All = reader.GetSwitch(OptionTable.AllChains),

        Binaries = PathList.Split(reader.Get(OptionTable.Binary).Value),
        Against = reader.Get(OptionTable.Against).Value is { Length: > 0 } against ? against : null,
        From = reader.Get(OptionTable.From).Value is { Length: > 0 } from ? from : null,
        Image = reader.Get(OptionTable.PublishedImage).Value is { Length: > 0 } image ? image : null,
        Key = reader.Get(OptionTable.Key).Value is { Length: > 0 } key ? Path.GetFullPath(key, root) : null,
        Tracker = reader.Get(OptionTable.Tracker).Value is { Length: > 0 } tracker ? tracker : OptionTable.Tracker.Default,
        To = reader.Get(OptionTable.To).Value is { Length: > 0 } to ? to : null,
        Markdown = reader.GetSwitch(OptionTable.Markdown),
        Rebuilds = reader.GetSwitch(OptionTable.Rebuild),
        Downloads = reader.GetSwitch(OptionTable.Download),
        PushesSources = reader.GetSwitch(OptionTable.PushSources),
        Adds = reader.GetSwitch(OptionTable.Add),
    };
}
