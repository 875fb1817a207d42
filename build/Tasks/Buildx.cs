using BusyboxGlibc.Engines.Buildx;
using Cake.Core;
using Cake.Docker;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Has Docker make the image, and packs what it made as the other engine's is packed.</summary>
[TaskName(nameof(Buildx))]
[TaskDescription("Builds artifacts/Dockerfile for all platforms with docker buildx, and packs the OCI layout, artifacts/oci")]
[IsDependentOn(typeof(Assemble))]
[IsDependentOn(typeof(CreateBuilder))]
[IsDependentOn(typeof(RenderDockerfile))]
public sealed class Buildx : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) => context.UsesDocker;

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var contexts = await BuildxSetup.ContextsAsync(context);
        using var work = new BuiltFolder(Path.Combine(BuildxSetup.Folder(context), "layout"));
        using (var progress = new BuildxProgress(context.Options.Image.Platforms, context.LogFolder, context.Board))
        {
            try
            {
                context.DockerBuildXBuild(
                    BuildxSettings.For(
                        BuildxSetup.DockerfilePath(context), work.Path, context.Options.Image.Platforms, contexts.Arguments, context.Builder.Name,
                        context.Options.Builder, context.Facts.Epoch, progress.Add),
                    context.RootFolder);
            }
            catch (CakeException error)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                throw progress.Failure(error);
            }

            progress.Done();
        }

        var built = new BuiltLayout(work.Path, BuildxSetup.Inputs(context), BuildxSetup.Identity(context));
        await context.Packer.PackAsync(
            context.Options.Image.Platforms, built.RootfsAsync, context.Facts, context.HasCertificates, context.ImageName, context.LayoutFolder, context.Cancellation);
    }
}
