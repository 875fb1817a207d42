using BusyboxGlibc.Docker.Buildx;
using BusyboxGlibc.Setup;
using Cake.Common.Diagnostics;
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
        using var work = new BuiltFolder(Path.Combine(BuildxSetup.Folder(context), "layouts"));
        var shares = BuildxShare.Of(context.Builder.Shares(context.Options.Image.Platforms), work.Path);
        if (shares.Count > 1)
        {
            context.Information("{0} builds side by side, for buildx makes one layout a node: {1}", shares.Count, string.Join("; ", shares.Select(share => string.Join(", ", share.Platforms))));
            if (context.Options.Builder.CacheTo.Count > 0)
            {
                context.Warning("each of them exports its steps to {0}: where that keeps one set, the last one's stay", string.Join(" and ", context.Options.Builder.CacheTo));
            }
        }

        var run = new BuildxRun(
            (share, onLine, stop) => new InterruptibleContext(context, stop).DockerBuildXBuild(
                BuildxSettings.For(
                    context.RootFolder, BuildxSetup.DockerfilePath(context), share.LayoutFolder, share.Platforms, contexts.Arguments, context.Builder.Name, context.Options.Builder, context.Facts.Epoch, onLine),
                BuildxSettings.Context),
            context.LogFolder,
            context.Board);
        await run.RunAsync(shares, context.Cancellation);

        var built = new BuiltLayout([.. shares.Select(share => share.LayoutFolder)], BuildxSetup.Inputs(context), BuildxSetup.Identity(context));
        await context.Packer.PackAsync(
            context.Options.Image.Platforms, built.RootfsAsync, context.Facts, context.HasCertificates, context.ImageName, context.LayoutFolder, context.Cancellation);
    }
}
