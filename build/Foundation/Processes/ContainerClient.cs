namespace BusyboxGlibc.Foundation.Processes;

/// <summary>A container client on this machine, and its report about its engine.</summary>
/// <param name="Name"><c>docker</c> or <c>podman</c>.</param>
/// <param name="Program">The path of its executable.</param>
/// <param name="Answer">The result of <c>info</c>.</param>
internal sealed record ContainerClient(string Name, string Program, CommandResult Answer)
{
    /// <summary>Docker and podman, in the order in which they are queried.</summary>
    public static IReadOnlyList<string> Names { get; } = ["docker", "podman"];

    /// <summary>Whether its engine answers.</summary>
    public bool HasEngine => Answer.Succeeded;

    /// <summary>Queries each client on PATH for its engine, up to the first engine that answers: it is the last in the list.</summary>
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
