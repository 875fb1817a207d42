using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Tasks;

namespace BusyboxGlibc.Setup;

/// <summary>
/// Which engine makes the image. A target that only one engine has means that engine, whatever <c>Engine</c> says; else the option
/// counts, and <c>auto</c> is Docker where an engine answers.
/// </summary>
/// <param name="asked">The option.</param>
/// <param name="targets">The targets asked for.</param>
/// <param name="whyNoDocker">Tells why Docker cannot be used, or null. Asked once at most.</param>
/// <param name="firstForDocker">Finds the first line of people's own that takes Docker, or null.</param>
/// <param name="say">Told what was chosen, where that was not said.</param>
public sealed class EngineChoice(Engine asked, IReadOnlyList<string> targets, Func<string?> whyNoDocker, Func<OwnLine?> firstForDocker, Action<string> say)
{
    private static readonly string[] DockerTargets = [nameof(CreateBuilder), nameof(RenderDockerfile), nameof(Buildx)];
    private static readonly string[] EmbeddedTargets = [nameof(CompileBusybox), nameof(Pack)];

    // They end before an image is made.
    private static readonly string[] TargetsBefore = [nameof(Restore), nameof(Assemble), nameof(CompileBusybox), nameof(CreateBuilder), nameof(RenderDockerfile)];

    private (bool UsesDocker, string Reason)? chosen;

    /// <summary>Whether Docker makes the image.</summary>
    /// <exception cref="BuildException">The targets are of both engines.</exception>
    public bool UsesDocker => (chosen ??= Choose()).UsesDocker;

    /// <summary>Whether the run goes on to an image.</summary>
    public bool MakesImage => !targets.All(target => Has(TargetsBefore, target));

    /// <summary>Checks that the engine can do all that the Dockerfiles have, before any work is done.</summary>
    /// <exception cref="DockerfileException">A line takes Docker, and the run is without.</exception>
    public void Check()
    {
        if (UsesDocker || !MakesImage || firstForDocker() is not { } own)
        {
            return;
        }

        var (_, reason) = chosen!.Value;
        throw own.WithoutDocker(
            reason, asked == Engine.Auto && Target(EmbeddedTargets) is null ? "start Docker, or take that line out: settings such as ENV, USER and ENTRYPOINT need none" : "run with --engine=buildx, or take that line out: settings such as ENV, USER and ENTRYPOINT need no Docker");
    }

    private (bool UsesDocker, string Reason) Choose()
    {
        var (docker, embedded) = (Target(DockerTargets), Target(EmbeddedTargets));
        if (docker is not null && embedded is not null)
        {
            throw new BuildException(
                $"{docker} and {embedded} are of different engines", "--target", $"{docker} has Docker make the image, {embedded} this program", "name one of them, or run twice");
        }

        if ((docker ?? embedded) is { } target)
        {
            var engine = docker is not null ? Engine.Buildx : Engine.Embedded;
            if (asked != engine && asked != Engine.Auto)
            {
                say($"engine: {Name(engine)}, since the target {target} has no other; --engine={Name(asked)} is for the other targets");
            }

            return (docker is not null, $"the target {target} is without");
        }

        if (asked != Engine.Auto)
        {
            return (asked == Engine.Buildx, "the engine is embedded");
        }

        var reason = whyNoDocker();
        say(reason is null ? "engine: buildx" : $"engine: embedded, since {reason}");
        return (reason is null, reason ?? string.Empty);
    }

    private static string Name(Engine engine) => engine.ToString().ToLowerInvariant();

    // As it is written in the task, whatever letter case it was asked for in.
    private string? Target(string[] tasks) => tasks.FirstOrDefault(task => Has([.. targets], task));

    private static bool Has(string[] names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
