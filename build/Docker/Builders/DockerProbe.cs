using System.Text.Json;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Docker.Builders;

/// <summary>Checks whether Docker can build here; each possible problem has its own message.</summary>
/// <param name="docker">The client.</param>
internal sealed class DockerProbe(DockerClient docker)
{
    // The first version with image annotations.
    private static readonly Version _oldestBuildx = new(0, 12);

    // One line of JSON per query: a line with everything that "docker info" reports would be truncated.
    private const string Questions = "{{json .ServerVersion}}\n{{json .OSType}}\n{{json .DriverStatus}}\n{{json .ClientInfo.Context}}";

    private const string ContainerdStore = "io.containerd.snapshotter.v1";

    private const string OtherWay = "or build without Docker: --engine=embedded";

    /// <summary>Checks buildx, which needs no engine.</summary>
    /// <exception cref="BuilderException">There is no client, no buildx, or it is too old.</exception>
    public async Task<ToolVersion> CheckBuildxAsync(CancellationToken cancellation)
    {
        var answer = await docker.RunAsync(["buildx", "version"], cancellation);
        var words = answer.Output.Count > 0 ? answer.Output[0].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];

        // podman's docker command responds too, with the name of another program.
        if (!answer.Succeeded || words is not [var package, var text, ..] || !package.EndsWith("/buildx", StringComparison.Ordinal))
        {
            throw new BuilderException(
                "the Docker client has no buildx",
                why: answer.Succeeded ? $"docker buildx version prints: {SafeText.Text(string.Join(' ', words))}" : DockerClient.Reason(answer, DockerClient.Patience),
                next: $"install the plugin (package docker-buildx or docker-buildx-plugin), {OtherWay}");
        }

        var version = ToolVersion.Parse(text);
        return !version.IsOlderThan(_oldestBuildx)
            ? version
            : throw new BuilderException(
                $"buildx {version} is too old", why: $"{_oldestBuildx} is the first that can annotate an image", next: $"update the plugin (package docker-buildx or docker-buildx-plugin), {OtherWay}");
    }

    /// <summary>Checks the engine.</summary>
    /// <exception cref="BuilderException">No engine responds, this user has no access to it, or it does not run Linux containers.</exception>
    public async Task<DockerEngine> AskEngineAsync(CancellationToken cancellation)
    {
        var answer = await docker.RunAsync(["info", "--format", Questions], cancellation);
        if (!answer.Succeeded || Read(answer.Output) is not { } engine)
        {
            throw Silence(answer);
        }

        return engine.System is null or "linux"
            ? new DockerEngine(SafeText.Text(engine.Version), engine.Context, engine.HasContainerdStore)
            : throw new BuilderException($"the Docker engine runs containers of {SafeText.Text(engine.System)}", next: $"switch it to Linux containers, {OtherWay}");
    }

    private static BuilderException Silence(CommandResult answer)
    {
        var why = DockerClient.Reason(answer, DockerClient.Patience);
        return answer.Error.Concat(answer.Output).Any(line => line.Contains("permission denied", StringComparison.OrdinalIgnoreCase))
            ? new BuilderException(
                "this user is not allowed to use the Docker engine",
                why: why,
                next: $"add the user to the group of the engine's socket (usermod -aG docker USER, then log in again), use a rootless engine, {OtherWay}")
            : new BuilderException(
                "no Docker engine responds",
                why: why,
                next: $"start it (systemctl start docker, or Docker Desktop), point DOCKER_HOST or docker context use at one that is running, {OtherWay}");
    }

    // Null if the lines do not have the expected format. A JSON string may still be invalid text: an unpaired surrogate is detected only when it is read.
    private static (string Version, string? System, string Context, bool HasContainerdStore)? Read(IReadOnlyList<string> lines)
    {
        try
        {
            return lines.Select(line => JsonElement.Parse(line)).ToList() is [var version, var system, var status, var context] && Text(version) is { Length: > 0 } number
                ? (number, Text(system), Text(context) is { Length: > 0 } name ? name : "default", Holds(status, ContainerdStore))
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    // DriverStatus is a list of pairs, [["driver-type","io.containerd.snapshotter.v1"]].
    private static bool Holds(JsonElement status, string value) => status.ValueKind == JsonValueKind.Array && status.EnumerateArray().Any(
        pair => pair.ValueKind == JsonValueKind.Array && pair.EnumerateArray().Any(part => part.ValueKind == JsonValueKind.String && part.ValueEquals(value)));
}
