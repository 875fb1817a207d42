using BusyboxGlibc.Configuration;
using BusyboxGlibc.Docker.Buildx;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Image;
using BusyboxGlibc.Setup;
using Cake.Docker;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Compiles BusyBox with Docker, makes the image from it with Docker, and packs the result in the same way as the embedded engine's.</summary>
[TaskName(nameof(Buildx))]
[TaskDescription("Builds artifacts/Dockerfile for all platforms with docker buildx, and packs the OCI layout, artifacts/oci")]
[IsDependentOn(typeof(Assemble))]
[IsDependentOn(typeof(CreateBuilder))]
[IsDependentOn(typeof(RenderDockerfile))]
[EngineTask(Engine.Buildx)]
public sealed class Buildx(
    BuildInputs inputs, BuildPaths paths, BuildResults results, IProgressBoard board, Lazy<EngineChoice> engine, Lazy<DockerInputs> docker, Lazy<LayoutPacker> packer)
    : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) => engine.Value.Runs(Engine.Buildx);

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var known = docker.Value.FindCompiled();
        var contexts = await docker.Value.LayContextsAsync(known, context.Cancellation);
        using var work = new BuiltFolder(Path.Combine(paths.Buildx, "layouts"));
        var run = new BuildxRun(
            (share, onLine, stop) => new InterruptibleContext(context, stop).DockerBuildXBuild(docker.Value.SettingsFor(share, contexts.Arguments, onLine), BuildxSettings.Context), paths.Logs, board);
        BuildxShare.Tell(docker.Value.Shares(work), inputs.Options.Builder, board);
        if (inputs.Release is not null)
        {
            results.Compiled = known.Count == inputs.Options.Image.Platforms.Count ? known
                : docker.Value.Compiled(await run.RunAsync(docker.Value.Shares(work, DockerfileRenderer.BusyboxStage), context.Cancellation));
        }

        await docker.Value.LayRootfsAsync(contexts, context.Cancellation);
        var built = await run.RunAsync(docker.Value.Shares(work), context.Cancellation);
        await packer.Value.PackAsync(
            inputs.Options.Image.Platforms, docker.Value.RootfsOf(built), results.Plan.Metadata, inputs.HasCertificates, results.Plan.Name, paths.Layout,
            [.. results.Plan.Variants.Select(variant => variant.AsVariant)], context.Cancellation);
    }
}
