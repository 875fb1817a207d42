using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Image.Dockerfiles;

namespace BusyboxGlibc.Setup;

/// <summary>
/// Which engine makes the image. A target that only one engine has means that engine, whatever <c>Engine</c> says; else the option
/// counts, and <c>auto</c> is Docker where an engine answers.
/// </summary>
/// <param name="asked">Gives the option.</param>
/// <param name="targets">The targets asked for.</param>
/// <param name="tasks">The tasks that only one engine has.</param>
/// <param name="whyNoDocker">Tells why Docker cannot be used, or null. Asked once at most.</param>
/// <param name="firstForDocker">Finds the first line of people's own that takes Docker, or null.</param>
/// <param name="say">Told what was chosen, where that was not said.</param>
public sealed class EngineChoice(
    Func<Engine> asked, IReadOnlyList<string> targets, EngineTasks tasks, Func<CancellationToken, Task<string?>> whyNoDocker, Func<OwnLine?> firstForDocker, Action<string> say)
{
    private (bool UsesDocker, string Reason)? _chosen;

    /// <summary>Whether Docker makes the image.</summary>
    /// <exception cref="InvalidOperationException">Nothing was chosen yet.</exception>
    public bool UsesDocker => (_chosen ?? throw new InvalidOperationException("no engine was chosen")).UsesDocker;

    /// <summary>Whether the run goes on to an image.</summary>
    public bool MakesImage => !targets.All(target => Has(tasks.BeforeImage, target));

    /// <summary>Whether a task of this engine is run. Where nothing was chosen, as in a dry run, which may not ask Docker, that is every engine the options allow.</summary>
    public bool Runs(Engine engine) => (_chosen?.UsesDocker ?? Known()?.UsesDocker) is not { } usesDocker || usesDocker == (engine == Engine.Buildx);

    /// <summary>Chooses, once; asks Docker only where the choice depends on it.</summary>
    /// <exception cref="BuildException">The targets are of both engines.</exception>
    public async Task ChooseAsync(CancellationToken cancellation)
    {
        if (_chosen is null)
        {
            _chosen = Known() ?? Told(await whyNoDocker(cancellation));
            var (usesDocker, _) = _chosen.Value;
            if (OnlyTask() is { } task && asked() is not Engine.Auto and var option && option == Engine.Buildx != usesDocker)
            {
                say($"engine: {Name(usesDocker ? Engine.Buildx : Engine.Embedded)}, since the target {task} has no other; --engine={Name(option)} is for the other targets");
            }
        }
    }

    /// <summary>Checks that the engine can do all that the Dockerfiles have, before any work is done.</summary>
    /// <exception cref="DockerfileException">A line takes Docker, and the run is without.</exception>
    public void Check()
    {
        if (UsesDocker || !MakesImage || firstForDocker() is not { } own)
        {
            return;
        }

        throw own.WithoutDocker(
            _chosen!.Value.Reason,
            asked() == Engine.Auto && Target(tasks.Embedded) is null
                ? "start Docker, or take that line out: settings such as ENV, USER and ENTRYPOINT need none"
                : "run with --engine=buildx, or take that line out: settings such as ENV, USER and ENTRYPOINT need no Docker");
    }

    // What is known without asking Docker.
    private (bool UsesDocker, string Reason)? Known() => OnlyTask() is { } task
        ? (Has(tasks.Docker, task), $"the target {task} is without")
        : asked() is not Engine.Auto and var option ? (option == Engine.Buildx, "the engine is embedded") : null;

    private (bool UsesDocker, string Reason) Told(string? whyNot)
    {
        say(whyNot is null ? "engine: buildx" : $"engine: embedded, since {whyNot}");
        return (whyNot is null, whyNot ?? string.Empty);
    }

    // The target that only one engine has.
    private string? OnlyTask()
    {
        var (docker, embedded) = (Target(tasks.Docker), Target(tasks.Embedded));
        return docker is null || embedded is null
            ? docker ?? embedded
            : throw new BuildException(
                $"{docker} and {embedded} are of different engines", "--target", $"{docker} has Docker make the image, {embedded} this program", "name one of them, or run twice");
    }

    private static string Name(Engine engine) => engine.ToString().ToLowerInvariant();

    // As it is written in the task, whatever letter case it was asked for in.
    private string? Target(IReadOnlyList<string> names) => names.FirstOrDefault(name => Has(targets, name));

    private static bool Has(IReadOnlyList<string> names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
