namespace BusyboxGlibc.Foundation.Processes;

/// <summary>A client of containers on this machine, and what it said of its engine.</summary>
/// <param name="Name"><c>docker</c> or <c>podman</c>.</param>
/// <param name="Program">Its file.</param>
/// <param name="Answer">What <c>info</c> said.</param>
internal sealed record ContainerClient(string Name, string Program, CommandResult Answer)
{
    /// <summary>Docker and podman, the one that is asked first first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["docker", "podman"];

    /// <summary>Whether its engine answers.</summary>
    public bool HasEngine => Answer.Succeeded;

    /// <summary>Asks clients for their engine, each where it is on PATH, up to the first whose engine answers: it comes last.</summary>
    public static async Task<List<ContainerClient>> AskAsync(ICommandRunner commands, IReadOnlyList<string> names, TimeSpan limit, CancellationToken cancellation)
    {
        var asked = new List<ContainerClient>();
        foreach (var name in names)
        {
            if (commands.Find(name) is { } program)
            {
                asked.Add(new ContainerClient(name, program, await commands.RunAsync(program, ["info"], limit, cancellation)));
                if (asked[^1].HasEngine)
                {
                    break;
                }
            }
        }

        return asked;
    }
}
