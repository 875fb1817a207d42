using BusyboxGlibc.Setup;
using Cake.Common.Diagnostics;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Gets the builder that Docker builds with.</summary>
[TaskName(nameof(CreateBuilder))]
[TaskDescription("Finds or makes the builder of docker buildx, and checks that it can build every platform")]
[IsDependentOn(typeof(VerifyBinfmt))]
public sealed class CreateBuilder : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) => context.UsesDocker;

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var builder = await context.BuilderManager.OpenAsync(context.Options.Builder, context.Options.Image.Platforms, context.Cancellation);
        context.Builder = builder;
        context.Information("builder {0}, driver {1}", builder.Name, builder.Driver);
        foreach (var node in builder.Nodes)
        {
            context.Information(
                "  {0}: {1}, BuildKit {2}, {3}", node.Name, node.IsRunning ? node.Endpoint : $"{node.Endpoint} {node.Status}", node.BuildKit?.Text ?? "of unknown version", string.Join(" or ", node.NativeArchitectures));
        }
    }
}
