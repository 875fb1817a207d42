using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Docker.Builders;

/// <summary>
/// Provides the builder that makes the image: the one named with <c>--builder</c>, one over the given machines, the one inside the engine if it can
/// build for several platforms, otherwise one in a container. A builder created here has our name, is created once, reused, and created again if
/// other options are requested.
/// </summary>
/// <param name="commands">Starts the Docker client. Its output must be complete: pass a runner that keeps <see cref="KeptLines"/>.</param>
public sealed class BuilderManager(ICommandRunner commands)
{
    /// <summary>The number of output lines that are read: a node needs about 60.</summary>
    public const int KeptLines = 20_000;

    private const string Auto = "auto";

    private const string Docker = "docker";

    private const string Container = "docker-container";

    private readonly DockerClient _docker = new(commands);

    /// <summary>The time limit for starting a builder: its image may have to be pulled.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Returns the builder, started and checked.</summary>
    /// <param name="options">The requested options.</param>
    /// <param name="platforms">The platforms to build.</param>
    /// <param name="cancellation">Cancels the operation; a builder that was created is reused later.</param>
    /// <exception cref="BuilderException">Docker or buildx is absent or not suitable, or a platform cannot be built.</exception>
    /// <exception cref="CommandException">The client cannot be started.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    internal async Task<Builder> OpenAsync(BuilderOptions options, IReadOnlyList<Platform> platforms, CancellationToken cancellation)
    {
        var probe = new DockerProbe(_docker);
        await probe.CheckBuildxAsync(cancellation);
        var plan = options.Name is null && options.Nodes.Count > 0 ? Over(options, platforms) : null;
        var (found, missing) = options.Name is { } asked ? (await FindAsync(asked, cancellation), null)
            : plan is not null ? (BuilderPlan.BuilderName, plan)
            : await HereAsync(options.Driver, probe, cancellation);
        var name = missing is not null ? await MakeAsync(missing, cancellation) : found;
        var started = await StartAsync(name, cancellation);
        var builder = plan?.Complete(started) ?? started;
        BuilderFitness.Check(builder, platforms);
        return builder;
    }

    /// <summary>Finds the builder that <see cref="OpenAsync"/> would return, without creating or starting one.</summary>
    /// <returns>Its name, and its state; null for a builder that would be created.</returns>
    /// <exception cref="BuilderException">Docker or buildx is absent or not suitable, or the requested builder cannot be.</exception>
    /// <exception cref="CommandException">The client cannot be started.</exception>
    internal async Task<(string Name, Builder? Builder)> LookAsync(BuilderOptions options, IReadOnlyList<Platform> platforms, CancellationToken cancellation)
    {
        var (name, plan) = options.Name is { } asked ? (await FindAsync(asked, cancellation), null)
            : options.Nodes.Count > 0 ? (BuilderPlan.BuilderName, Over(options, platforms))
            : await HereAsync(options.Driver, new DockerProbe(_docker), cancellation);
        var answer = await InspectAsync(name, cancellation);
        var builder = answer.Succeeded ? BuilderInspection.Parse(answer.Output).Builder : null;
        return (name, builder is not null && plan?.Matches(builder) != false ? plan?.Complete(builder) ?? builder : null);
    }

    // Before any request to a machine.
    private static BuilderPlan Over(BuilderOptions options, IReadOnlyList<Platform> platforms)
    {
        var plan = BuilderPlan.Over(options.Driver, options.Nodes);
        var left = platforms.Except(options.Nodes.SelectMany(node => node.Platforms)).ToList();
        return left.Count == 0
            ? plan
            : throw new BuilderException(
                $"no node builds for {string.Join(", ", left)}",
                $"--{OptionTable.BuilderNodes.Argument}",
                next: $"add {(left.Count == 1 ? "it" : "them")} to a node, joined by +: {string.Join('+', options.Nodes[0].Platforms.Concat(left))}={options.Nodes[0].Endpoint}");
    }

    private async Task<string> FindAsync(string name, CancellationToken cancellation)
    {
        var answer = await InspectAsync(name, cancellation);
        if (answer.Succeeded)
        {
            return name;
        }

        var list = await _docker.RunAsync(["buildx", "ls"], cancellation);
        var known = list.Output.Skip(1)
            .Where(line => line[0] is not (' ' or '\t' or '\\'))
            .Select(line => SafeText.Text(line.Split([' ', '\t', '*'], 2)[0]))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var nearest = Nearest.Names(name, known, 1);
        throw new BuilderException(
            $"there is no builder {name}",
            $"--{OptionTable.Builder.Argument}",
            DockerClient.Reason(answer, DockerClient.Patience),
            $"{(nearest.Count == 0 ? string.Empty : $"did you mean {nearest[0]}? ")}known builders: {(known.Count == 0 ? "none" : string.Join(", ", known))}");
    }

    // A builder that is there, or the plan of ours.
    private async Task<(string Name, BuilderPlan? Plan)> HereAsync(string driver, DockerProbe probe, CancellationToken cancellation)
    {
        if (driver is not (Auto or Docker or Container))
        {
            return (BuilderPlan.BuilderName, BuilderPlan.Here(driver, string.Empty));
        }

        var engine = await probe.AskEngineAsync(cancellation);
        if (driver != Container)
        {
            var why = await InsideNotAsync(engine, cancellation);
            if (why is null)
            {
                return (engine.Context, null);
            }

            if (driver == Docker)
            {
                throw new BuilderException(
                    $"the driver docker cannot build the image with engine {engine.Version}", why: why, next: $"omit --{OptionTable.BuilderDriver.Argument}, or set \"features\": {{\"containerd-snapshotter\": true}} in the engine's daemon.json");
            }
        }

        // buildx stores the client's current address; with another address, this is another builder.
        var host = await _docker.RunAsync(["context", "inspect", engine.Context, "--format", "{{.Endpoints.docker.Host}}"], cancellation);
        return (BuilderPlan.BuilderName, BuilderPlan.Here(Container, $"{engine.Context} {(host.Output is [var address, ..] ? address : string.Empty)}"));
    }

    // Why the builder inside the engine cannot be used, or null.
    private async Task<string?> InsideNotAsync(DockerEngine engine, CancellationToken cancellation)
    {
        if (!engine.HasContainerdStore)
        {
            return "the engine does not keep images in the containerd store, so its own builder cannot create a layout, and builds one platform at a time";
        }

        var answer = await InspectAsync(engine.Context, cancellation);
        if (!answer.Succeeded)
        {
            return DockerClient.Reason(answer, DockerClient.Patience);
        }

        var (builder, error) = BuilderInspection.Parse(answer.Output);
        return error
            ?? (builder.Driver != Docker ? $"the builder {builder.Name} has the driver {builder.Driver}" : null)
            ?? builder.Nodes.Where(node => BuilderFitness.IsTooOld(node.BuildKit)).Select(node => $"BuildKit {node.BuildKit} inside the engine is too old").FirstOrDefault();
    }

    private async Task<string> MakeAsync(BuilderPlan plan, CancellationToken cancellation)
    {
        var answer = await InspectAsync(BuilderPlan.BuilderName, cancellation);
        if (answer.Succeeded)
        {
            if (plan.Matches(BuilderInspection.Parse(answer.Output).Builder))
            {
                return BuilderPlan.BuilderName;
            }

            // An unreachable machine cannot be cleaned up; this is not a reason to fail: the builder is removed anyway.
            await _docker.RunAsync(["buildx", "rm", BuilderPlan.BuilderName], cancellation);
        }

        foreach (var command in plan.Commands())
        {
            var made = await _docker.RunAsync(command, cancellation);
            if (!made.Succeeded)
            {
                throw new BuilderException(
                    $"docker buildx cannot create the builder {BuilderPlan.BuilderName}",
                    plan.Driver,
                    DockerClient.Reason(made, DockerClient.Patience),
                    $"run it manually: docker {string.Join(' ', command)}");
            }
        }

        return BuilderPlan.BuilderName;
    }

    private Task<CommandResult> InspectAsync(string name, CancellationToken cancellation) => _docker.RunAsync(["buildx", "inspect", name], cancellation);

    private async Task<Builder> StartAsync(string name, CancellationToken cancellation)
    {
        var answer = await _docker.RunAsync(["buildx", "inspect", "--bootstrap", name], StartLimit, cancellation);
        var (builder, error) = answer.Succeeded ? BuilderInspection.Parse(answer.Output) : (null, DockerClient.Reason(answer, StartLimit));
        return builder is not null && error is null
            ? builder
            : throw await DoesNotStartAsync(name, builder, error, cancellation);
    }

    // buildx reports that one of several nodes did not start in time, but not which; a second query returns the status of each.
    private async Task<BuilderException> DoesNotStartAsync(string name, Builder? builder, string? error, CancellationToken cancellation)
    {
        var answer = builder is null ? await InspectAsync(name, cancellation) : null;
        var asked = answer is { Succeeded: true } ? BuilderInspection.Parse(answer.Output).Builder : builder;
        var nodes = asked?.Nodes.Where(node => !node.IsRunning).Select(BuilderFitness.Describe) ?? [];
        return new BuilderException(
            $"the builder {name} does not start",
            why: string.Join('\n', nodes.Prepend(error).OfType<string>()),
            next: $"{(asked?.Driver is null or Container ? "a builder in a container needs the image moby/buildkit" : $"check that the machines are running and reachable: docker buildx inspect --bootstrap {name}")}; choose another with --{OptionTable.Builder.Argument}, or build without Docker: --engine=embedded");
    }
}
