using BusyboxGlibc.Configuration;
using BusyboxGlibc.Docker.Buildx;
using BusyboxGlibc.Setup;
using Cake.FileHelpers;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Joins the two Dockerfiles into the one that Docker builds.</summary>
[TaskName(nameof(RenderDockerfile))]
[TaskDescription("Joins Dockerfile.builder and Dockerfile.run into artifacts/Dockerfile, with every version, digest and label filled in")]
[IsDependentOn(typeof(Restore))]
[EngineTask(Engine.Buildx, EndsBeforeImage = true)]
public sealed class RenderDockerfile(BuildInputs inputs, BuildPaths paths, Lazy<EngineChoice> engine, Lazy<DockerInputs> docker) : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) => engine.Value.Runs(Engine.Buildx);

    /// <inheritdoc/>
    public override void Run(BuildContext context) =>
        context.FileWriteText(paths.Dockerfile, DockerfileRenderer.Render(inputs.Dockerfiles, docker.Value.Values, docker.Value.ProgramFiles));
}
