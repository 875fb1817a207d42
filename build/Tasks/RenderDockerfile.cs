using BusyboxGlibc.Docker.Buildx;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Joins the two Dockerfiles into the one that is built.</summary>
[TaskName(nameof(RenderDockerfile))]
[TaskDescription("Joins Dockerfile.builder and Dockerfile.run into artifacts/Dockerfile, every version, digest and label filled in")]
[IsDependentOn(typeof(Restore))]
public sealed class RenderDockerfile : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) => context.UsesDocker;

    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        AtomicFile.WriteText(BuildxSetup.DockerfilePath(context), DockerfileRenderer.Render(context.Dockerfiles, BuildxSetup.Values(context)));
    }
}
