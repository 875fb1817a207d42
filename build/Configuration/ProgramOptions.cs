namespace BusyboxGlibc.Configuration;

/// <summary>The options for programs that the image is built for.</summary>
/// <param name="With">The paths of the programs that the image must run, as written.</param>
/// <param name="Inside">The paths of those that are in the image, as written.</param>
internal sealed record ProgramOptions(IReadOnlyList<string> With, IReadOnlyList<string> Inside)
{
    /// <summary>Whether the image has only what they need.</summary>
    public bool Only { get; init; }

    /// <summary>Where that was written, for an error.</summary>
    public string OnlyWhere { get; init; } = string.Empty;

    /// <summary>Where the programs were written, for an error.</summary>
    public string WithWhere { get; init; } = string.Empty;

    /// <summary>Where those that are in the image were written, for an error.</summary>
    public string InsideWhere { get; init; } = string.Empty;

    /// <summary>Reads the options.</summary>
    public static ProgramOptions Read(OptionReader reader)
    {
        var (with, inside) = (reader.Get(OptionTable.WithBinary), reader.Get(OptionTable.Program));
        return new ProgramOptions(PathList.Split(with.Value), PathList.Split(inside.Value))
        {
            Only = reader.GetSwitch(OptionTable.OnlyBinary),
            OnlyWhere = reader.Get(OptionTable.OnlyBinary).Where,
            WithWhere = with.Where,
            InsideWhere = inside.Where,
        };
    }
}
