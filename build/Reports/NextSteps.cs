using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Reports;

/// <summary>Lists what can be done after a build, depending on what the machine can do.</summary>
internal static class NextSteps
{
    /// <summary>The steps after a build of the image.</summary>
    /// <param name="name">The image's name.</param>
    /// <param name="archive">The path of the archive, as a user types it.</param>
    /// <param name="options">The options of the run, as they are typed, so that the next run makes the same image.</param>
    /// <param name="client">The command that loads images on this machine, docker or podman; null if there is none.</param>
    /// <param name="platforms">The platforms of the image.</param>
    public static List<NextStep> AfterBuild(ImageReference name, string archive, string options, string? client, IReadOnlyList<Platform> platforms)
    {
        List<NextStep> steps = client is null
            ? [new($"docker load --input {archive}", "on a machine that has Docker or podman: this one has neither")]
            : [new($"./build.sh --target=Load{options}", $"then: {Run(client, name, platforms)}")];
        if (client is not null && name is { Registry: ImageReference.DockerHub, Repository: "library/busybox" })
        {
            steps.Add(new(string.Empty, $"until it is loaded, {name.Familiar} is Docker Hub's image of that name"));
        }

        steps.Add(new($"./build.sh --target=SmokeTest{options}", "or: --target=Publish --registry=HOST/NAME --dry-run"));
        return steps;
    }

    /// <summary>The command that starts a shell in the image; it names a platform if the image has none that this machine runs by itself.</summary>
    /// <param name="client">The engine's client, docker or podman.</param>
    /// <param name="name">The image's name.</param>
    /// <param name="platforms">The platforms of the image.</param>
    public static string Run(string client, ImageReference name, IReadOnlyList<Platform> platforms) =>
        $"{client} run --rm -it {(HostPlatform.Among(platforms) is null ? $"--platform {platforms[0]} " : string.Empty)}{name.Familiar}";

    /// <summary>Writes options as they are typed in a shell, each after a blank.</summary>
    /// <param name="arguments">The arguments of the run, by name.</param>
    public static string Typed(IEnumerable<KeyValuePair<string, ICollection<string>>> arguments) => string.Concat(
        from argument in arguments.OrderBy(pair => pair.Key, StringComparer.Ordinal)
        where OptionTable.ArgumentNames.Contains(argument.Key, StringComparer.OrdinalIgnoreCase)
        from value in argument.Value
        select string.IsNullOrEmpty(value) ? $" --{argument.Key}" : $" --{argument.Key}={Quoted(Secrets.Redact(value))}");

    private static string Quoted(string value) => value.All(letter => char.IsAsciiLetterOrDigit(letter) || "._-/,:=+@".Contains(letter))
        ? value
        : $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
