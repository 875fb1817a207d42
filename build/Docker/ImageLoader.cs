using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Docker;

/// <summary>Loads the archive into an engine on this machine: Docker, otherwise podman.</summary>
/// <remarks>Not by DockerLoad of Cake.Docker, which has no time limit, and returns no message of a client that fails.</remarks>
/// <param name="runner">Runs the clients.</param>
public sealed class ImageLoader(ICommandRunner runner)
{
    private const int ShownLines = 8;

    /// <summary>The time limit for an engine to respond.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The time limit for loading the archive.</summary>
    public TimeSpan LoadLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Loads an archive written by <see cref="DockerArchive"/> into the first engine that responds.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="loading">Called with the engine's name before it loads the image.</param>
    /// <param name="cancellation">Cancels the engine's client.</param>
    /// <exception cref="CommandException">There is no archive, no client or no engine, or the engine refused.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    internal async Task<LoadedImage> LoadAsync(string archive, Action<string> loading, CancellationToken cancellation)
    {
        var path = Path.GetFullPath(archive);
        if (!File.Exists(path))
        {
            throw new CommandException($"there is no {archive} to load", next: "build the image first");
        }

        var asked = await ContainerClient.AskAsync(runner, ContainerClient.Names, AnswerLimit, cancellation);
        if (asked is not [.., { HasEngine: true } found])
        {
            throw asked.Count == 0
                ? new CommandException(
                    "no engine to load the image into",
                    why: "neither docker nor podman is on PATH",
                    next: $"install one of them, or copy {archive} to a machine that has one and run docker load there")
                : Refusal(asked);
        }

        loading(found.Name);
        var result = await runner.RunAsync(found.Program, ["load", "--input", path], LoadLimit, cancellation);
        if (!result.Succeeded)
        {
            throw new CommandException(
                $"{found.Name} did not load the image",
                path,
                Reason(result, LoadLimit),
                $"run it manually: {found.Name} load --input {archive}");
        }

        var loaded = result.Output.Concat(result.Error).Where(line => line.StartsWith("Loaded image", StringComparison.Ordinal)).ToList();
        return new LoadedImage(found.Name, loaded.Count == 0 ? result.Output : [.. loaded.Select(line => line[(line.IndexOf(':') + 1)..].Trim())]);
    }

    private CommandException Refusal(List<ContainerClient> refusals)
    {
        var forbidden = refusals.FirstOrDefault(refusal => refusal.Answer.Error.Concat(refusal.Answer.Output)
            .Any(line => line.Contains("permission denied", StringComparison.OrdinalIgnoreCase)))?.Name;
        var why = string.Join('\n', refusals.Select(refusal => $"{refusal.Name} info: {Reason(refusal.Answer, AnswerLimit, 2)}"));
        return forbidden is not null
            ? new CommandException(
                $"this user is not allowed to use {forbidden}",
                why: why,
                next: $"add the user to the group that owns the engine's socket (usermod -aG {forbidden} USER, then log in again), or use a rootless engine")
            : new CommandException(
                $"no engine responds: {string.Join(" and ", refusals.Select(refusal => refusal.Name))} {(refusals.Count == 1 ? "is" : "are")} installed, but no engine is running",
                why: why,
                next: "start the engine (systemctl start docker), or point DOCKER_HOST at one that is running");
    }

    private static string Reason(CommandResult result, TimeSpan limit, int lines = ShownLines)
    {
        var said = result.Error.Count > 0 ? result.Error : result.Output;
        var end = result.ExitCode is { } code ? $"exit code {code}" : $"did not finish within {limit.TotalSeconds:0} s";
        return string.Join('\n', said.TakeLast(lines).Select(SafeText.Text).Prepend(end));
    }
}

/// <summary>The result of loading an archive.</summary>
/// <param name="Client">The client that was used, <c>docker</c> or <c>podman</c>.</param>
/// <param name="Names">The names it says it loaded, <c>busybox:glibc</c>; its whole output if it names none.</param>
internal sealed record LoadedImage(string Client, IReadOnlyList<string> Names);
