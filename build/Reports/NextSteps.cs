using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Reports;

/// <summary>Lists what can be done after a build, depending on what the machine can do.</summary>
internal static class NextSteps
{
    /// <summary>The steps after a build of the image.</summary>
    /// <param name="name">The image's name.</param>
    /// <param name="archive">The path of the archive, as a user types it.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="client">The command that loads images on this machine, docker or podman; null if there is none.</param>
    /// <param name="platforms">The platforms of the image.</param>
    public static List<NextStep> AfterBuild(ImageReference name, string archive, RepeatedOptions options, string? client, IReadOnlyList<Platform> platforms)
    {
        List<NextStep> steps = client is null
            ? [new($"docker load --input {archive}", "on a machine that has Docker or podman: this one has neither")]
            : [new($"{options.Program} --target=Load{options.Text}", $"then: {Run(client, name, platforms)}")];
        if (client is not null && name is { Registry: ImageReference.DockerHub, Repository: "library/busybox" })
        {
            steps.Add(new(string.Empty, $"until it is loaded, {name.Familiar} is Docker Hub's image of that name"));
        }

        steps.Add(new($"{options.Program} --target=SmokeTest{options.Text}", "or: --target=Publish --registry=HOST/NAME --dry-run"));
        if (options.Hint is { } hint)
        {
            steps.Add(new(string.Empty, hint));
        }

        return steps;
    }

    /// <summary>The command that starts a shell in the image; it names a platform if the image has none that this machine runs by itself.</summary>
    /// <param name="client">The engine's client, docker or podman.</param>
    /// <param name="name">The image's name.</param>
    /// <param name="platforms">The platforms of the image.</param>
    public static string Run(string client, ImageReference name, IReadOnlyList<Platform> platforms) =>
        $"{client} run --rm -it {(HostPlatform.Among(platforms) is null ? $"--platform {platforms[0]} " : string.Empty)}{name.Familiar}";
}
