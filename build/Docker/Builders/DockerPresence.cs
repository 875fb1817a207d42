using BusyboxGlibc.Foundation.Processes;

namespace BusyboxGlibc.Docker.Builders;

/// <summary>Checks whether an engine that can build responds, to choose between Docker and the embedded engine.</summary>
/// <param name="commands">Starts the client.</param>
internal sealed class DockerPresence(ICommandRunner commands)
{
    /// <summary>Queries the client, buildx and the engine; nothing is changed.</summary>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The reason in one line why Docker cannot be used; null if it can.</returns>
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
            // The client exists but cannot be started.
            return error.What;
        }
    }
}
