using BusyboxGlibc.Configuration;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Doctor;

/// <summary>What is known about Docker.</summary>
/// <param name="Buildx">The version of buildx, or null.</param>
/// <param name="Engine">The engine that responds, or null.</param>
/// <param name="Why">Why Docker cannot be used, or null if it can.</param>
internal sealed record DockerState(ToolVersion? Buildx, DockerEngine? Engine, BuildException? Why)
{
    /// <summary>Asks the client; nothing is changed.</summary>
    public static async Task<DockerState> AskAsync(DockerProbe probe, CancellationToken cancellation)
    {
        var (buildx, engine) = (default(ToolVersion), default(DockerEngine));
        try
        {
            buildx = await probe.CheckBuildxAsync(cancellation);
            engine = await probe.AskEngineAsync(cancellation);
            return new DockerState(buildx, engine, null);
        }
        catch (BuildException error)
        {
            return new DockerState(buildx, engine, error);
        }
    }
}

/// <summary>Judges the engine that makes the image.</summary>
internal static class EngineChecks
{
    /// <summary>Judges the choice, and Docker if it is used or was looked for.</summary>
    /// <param name="usesDocker">Whether Docker makes the image.</param>
    /// <param name="option">The engine that the options name.</param>
    /// <param name="docker">Docker's state; null if it was not asked.</param>
    /// <param name="lineForDocker">Why a Dockerfile needs Docker though it is not used; null if none does.</param>
    public static IEnumerable<DoctorFinding> Choice(bool usesDocker, Engine option, DockerState? docker, BuildException? lineForDocker)
    {
        var name = usesDocker ? "buildx" : "embedded";
        yield return lineForDocker is not null ? DoctorRun.Of("engine", Health.Problem, lineForDocker, docker?.Why is null ? "./build.sh --engine=buildx" : "${EDITOR:-vi} Dockerfile.run")
            : new DoctorFinding("engine", Health.Good, option != Engine.Auto ? $"{name}, as asked for" : usesDocker ? $"{name}, because Docker responds" : $"{name}, because {docker?.Why?.What ?? "Docker cannot be used"}");
        if (docker is null)
        {
            yield break;
        }

        // Without Docker the image is the same; only who asks for it cannot build.
        var health = usesDocker || option == Engine.Buildx ? Health.Problem : Health.Unused;
        if (docker.Buildx is not null)
        {
            yield return new DoctorFinding("engine.buildx", Health.Good, $"buildx {docker.Buildx}");
        }

        if (docker.Engine is { } engine)
        {
            yield return new DoctorFinding("engine.docker", Health.Good, $"Docker {engine.Version}, context {engine.Context}, {(engine.HasContainerdStore ? "images in containerd's store" : "images in its own store")}");
        }

        if (docker.Why is { } why)
        {
            yield return DoctorRun.Of(docker.Buildx is null ? "engine.buildx" : "engine.docker", health, why, "./build.sh --engine=embedded");
        }
    }

    /// <summary>Judges the builder.</summary>
    /// <param name="look">Finds the builder that a build would use, without starting or creating it: its name, and its state; null if it would be created.</param>
    /// <param name="platforms">The platforms to build.</param>
    public static async Task<DoctorFinding> BuilderAsync(Func<Task<(string Name, Builder? Builder)>> look, IReadOnlyList<Platform> platforms)
    {
        const string id = "engine.builder";
        try
        {
            var (name, builder) = await look();
            if (builder is null || builder.Nodes.All(node => node is { IsRunning: false, Error: null }))
            {
                return new DoctorFinding(id, Health.Good, builder is null ? $"{name} is created by the first build, in a container of moby/buildkit" : $"{name} is started by the next build");
            }

            BuilderFitness.Check(builder, platforms);
            return new DoctorFinding(id, Health.Good, $"{name}, driver {builder.Driver}: {string.Join(", ", builder.Nodes.Select(node => node.BuildKit is { } version ? $"BuildKit {version}" : node.Name).Distinct(StringComparer.Ordinal))}");
        }
        catch (BuilderException error)
        {
            return DoctorRun.Of(id, Health.Problem, error, "./build.sh --engine=embedded");
        }
    }
}
