using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Image.Dockerfiles;

namespace BusyboxGlibc.Setup;

/// <summary>
/// Selects the engine that makes the image. A target that only one engine has selects that engine, whatever the option <c>Engine</c> is; otherwise the
/// option decides, and <c>auto</c> means Docker if an engine answers.
/// </summary>
/// <param name="asked">Returns the option.</param>
/// <param name="targets">The requested targets.</param>
/// <param name="tasks">The tasks that only one engine has.</param>
/// <param name="whyNoDocker">Returns why Docker cannot be used, or null. Called at most once.</param>
/// <param name="firstForDocker">Finds the first user-written line that requires Docker, or null.</param>
/// <param name="say">Receives a message about the choice, if the user did not make it.</param>
public sealed class EngineChoice(
    Func<Engine> asked, IReadOnlyList<string> targets, EngineTasks tasks, Func<CancellationToken, Task<string?>> whyNoDocker, Func<OwnLine?> firstForDocker, Action<string> say)
{
    private (bool UsesDocker, string Reason)? _chosen;

    /// <summary>Whether Docker makes the image.</summary>
    /// <exception cref="InvalidOperationException">No engine has been chosen yet.</exception>
    public bool UsesDocker => (_chosen ?? throw new InvalidOperationException("no engine was chosen")).UsesDocker;

    /// <summary>The engine, and why it was chosen if the user did not choose it. A run that began after the image was made did not choose one.</summary>
    public string Description => (_chosen ?? Known()) is not { } chosen ? "engine of an earlier run"
        : $"{Name(chosen.UsesDocker ? Engine.Buildx : Engine.Embedded)} engine{(chosen is { UsesDocker: false, Reason: { Length: > 0 } why } && Known() is null ? $" ({why})" : string.Empty)}";

    /// <summary>Whether the run continues to an image.</summary>
    public bool MakesImage => !targets.All(target => Has(tasks.BeforeImage, target));

    /// <summary>Whether this engine's tasks run. Before a choice, as in a dry run, which must not query Docker, this is true for every engine the options allow.</summary>
    public bool Runs(Engine engine) => (_chosen?.UsesDocker ?? Known()?.UsesDocker) is not { } usesDocker || usesDocker == (engine == Engine.Buildx);

    /// <summary>Chooses an engine, once; queries Docker only if the choice depends on it.</summary>
    /// <exception cref="BuildException">The targets belong to different engines.</exception>
    public async Task ChooseAsync(CancellationToken cancellation)
    {
        if (_chosen is null)
        {
            _chosen = Known() ?? Told(await whyNoDocker(cancellation));
            var (usesDocker, _) = _chosen.Value;
            if (OnlyTask() is { } task && asked() is not Engine.Auto and var option && option == Engine.Buildx != usesDocker)
            {
                say($"engine: {Name(usesDocker ? Engine.Buildx : Engine.Embedded)}, because the target {task} supports no other; --engine={Name(option)} applies to the other targets");
            }
        }
    }

    /// <summary>Checks before any work that the engine supports everything in the Dockerfiles.</summary>
    /// <exception cref="DockerfileException">A line requires Docker, and the run does not use it.</exception>
    public void Check()
    {
        if (UsesDocker || !MakesImage || firstForDocker() is not { } own)
        {
            return;
        }

        throw own.WithoutDocker(
            _chosen!.Value.Reason,
            asked() == Engine.Auto && Target(tasks.Embedded) is null
                ? "start Docker, or remove that line: settings such as ENV, USER and ENTRYPOINT do not need it"
                : "run with --engine=buildx, or remove that line: settings such as ENV, USER and ENTRYPOINT need no Docker");
    }

    // The choice that is known without querying Docker.
    private (bool UsesDocker, string Reason)? Known() => OnlyTask() is { } task
        ? (Has(tasks.Docker, task), $"the target {task} does not use it")
        : asked() is not Engine.Auto and var option ? (option == Engine.Buildx, "the engine is embedded") : null;

    private (bool UsesDocker, string Reason) Told(string? whyNot)
    {
        say(whyNot is null ? "engine: buildx" : $"engine: embedded, because {whyNot}");
        return (whyNot is null, whyNot ?? string.Empty);
    }

    // The requested target that only one engine has.
    private string? OnlyTask()
    {
        var (docker, embedded) = (Target(tasks.Docker), Target(tasks.Embedded));
        return docker is null || embedded is null
            ? docker ?? embedded
            : throw new BuildException(
                $"{docker} and {embedded} belong to different engines", "--target", $"{docker} builds the image with Docker, {embedded} with this program", "choose one of them, or run the command twice");
    }

    private static string Name(Engine engine) => engine.ToString().ToLowerInvariant();

    // The name as written in the task, whatever the letter case of the argument.
    private string? Target(IReadOnlyList<string> names) => names.FirstOrDefault(name => Has(targets, name));

    private static bool Has(IReadOnlyList<string> names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
