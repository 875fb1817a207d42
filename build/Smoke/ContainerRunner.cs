using System.Globalization;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Smoke;

/// <summary>
/// Runs an image's programs in a container of Docker or podman, whichever responds: the platform's root file system is imported under a name of this
/// run, one container per platform is started without a network, and both are removed at the end.
/// </summary>
/// <param name="commands">Starts the clients.</param>
internal sealed class ContainerRunner(ICommandRunner commands) : ISmokeRunner
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan _importLimit = TimeSpan.FromMinutes(2);

    private readonly System.Threading.Lock _gate = new();
    private Task<(string? Client, string Reason)>? _engine;

    /// <inheritdoc/>
    public async Task<SmokeOpening> OpenAsync(SmokeImage image, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _engine ??= FindAsync(cancellation);
        }

        var (client, reason) = await _engine;
        if (client is null)
        {
            return new SmokeOpening(null, reason);
        }

        var place = new Place(commands, client, $"busybox-glibc-smoke-{image.Platform.FileName}-{Guid.NewGuid():N}", image);
        var fault = await place.StartAsync(cancellation);
        if (fault is null)
        {
            return new SmokeOpening(place);
        }

        await place.DisposeAsync();
        return new SmokeOpening(null, $"{Path.GetFileName(client)}: {fault}");
    }

    private async Task<(string? Client, string Reason)> FindAsync(CancellationToken cancellation)
    {
        var asked = await ContainerClient.AskAsync(commands, ContainerClient.Names, _patience, cancellation);
        return asked is [.., { HasEngine: true } found]
            ? (found.Program, string.Empty)
            : (null, asked.Count == 0 ? "no docker, no podman" : string.Join('\n', asked.Select(client => $"{client.Name}: no engine responds")));
    }

    private sealed class Place(ICommandRunner commands, string client, string name, SmokeImage image) : ISmokePlace
    {
        public string How => $"container, {Path.GetFileName(client)}{SmokeUser.Told(image.User)}";

        private bool IsPodman => Path.GetFileNameWithoutExtension(client) == "podman";

        /// <summary>Imports the image and starts the container.</summary>
        /// <returns>The reason for a failure, or null.</returns>
        public async Task<string?> StartAsync(CancellationToken cancellation)
        {
            var platform = image.Platform;
            string[] target = IsPodman
                ? ["--os", Platform.Os, "--arch", platform.Architecture, .. platform.Variant is { } variant ? (string[])["--variant", variant] : []]
                : ["--platform", platform.Name];
            var import = await image.WithTarAsync(file => commands.RunAsync(client, ["import", .. target, file, name], _importLimit, cancellation));
            if (!import.Succeeded)
            {
                return $"the root file system cannot be imported: {Last(import)}";
            }

            string[] environment = [.. image.Environment.SelectMany(line => (string[])["--env", line])];
            var run = await commands.RunAsync(
                client, ["run", "--detach", "--platform", platform.Name, "--network", "none", "--name", name, .. As(image.User), .. environment, name, "/bin/busybox", "sleep", "3600"], _patience, cancellation);
            if (!run.Succeeded)
            {
                return Last(run);
            }

            var probe = await RunAsync(new SmokeScript(":", []) { AsRoot = true }, _patience, cancellation);
            if (probe.Succeeded)
            {
                return null;
            }

            var log = await commands.RunAsync(client, ["logs", name], _patience, cancellation);
            return Last(log.Output.Count + log.Error.Count > 0 ? log : probe);
        }

        public async Task PutAsync(string file, string inside, CancellationToken cancellation)
        {
            var copied = await commands.RunAsync(client, ["cp", file, $"{name}:{inside}"], _patience, cancellation);
            if (!copied.Succeeded)
            {
                throw new CommandException($"{Path.GetFileName(client)} cannot copy a program into a container", file, Last(copied));
            }
        }

        // A hanging program is killed with the container; the client alone is killed at once.
        public Task<CommandResult> RunAsync(SmokeScript script, TimeSpan limit, CancellationToken cancellation) =>
            commands.RunAsync(client, ["exec", .. script.AsRoot && image.User is not null ? As("0") : [], "--env", "RUN=", name, "/bin/sh", "-c", script.Text, "smoke", .. script.Arguments], limit, cancellation);

        public async ValueTask DisposeAsync()
        {
            try
            {
                await commands.RunAsync(client, ["rm", "--force", "--volumes", name], _patience, CancellationToken.None);
                await commands.RunAsync(client, [IsPodman ? "rmi" : "image", .. IsPodman ? (string[])[] : ["rm"], "--force", name], _patience, CancellationToken.None);
            }
            catch (BuildException)
            {
                // The client does not exist, so no command can be sent.
            }
        }

        private static string[] As(string? user) => user is null ? [] : ["--user", user];

        private static string Last(CommandResult result) =>
            SafeText.Text(result.Output.Concat(result.Error).LastOrDefault() ?? (result.ExitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}") : "no response in time"));
    }
}
