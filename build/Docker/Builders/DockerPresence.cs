using BusyboxGlibc.Foundation.Processes;

namespace BusyboxGlibc.Docker.Builders;

/// <summary>Tells whether an engine that can build answers, for who chooses between Docker and building without it.</summary>
/// <param name="commands">Starts the client.</param>
internal sealed class DockerPresence(ICommandRunner commands)
{
    /// <summary>Asks the client, buildx and the engine; nothing is changed.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>One line that says why Docker cannot be used; null where it can.</returns>
    public async Task<string?> WhyNotAsync(CancellationToken cancellation)
    {
        var probe = new DockerProbe(new DockerClient(commands));
        try
        {
            await probe.CheckBuildxAsync(cancellation);
            await probe.AskEngineAsync(cancellation);
            return null;
        }
        catch (BuilderException error)
        {
            return error.What;
        }
        catch (CommandException error)
        {
            // The client is there and cannot be started.
            return error.What;
        }
    }
}
