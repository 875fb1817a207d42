using BusyboxGlibc.Configuration;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Setup;
using Cake.Common.Diagnostics;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Gets the builder that Docker builds with.</summary>
[TaskName(nameof(CreateBuilder))]
[TaskDescription("Finds or creates the builder of docker buildx, and checks that it can build every platform")]
[IsDependentOn(typeof(VerifyBinfmt))]
[EngineTask(Engine.Buildx, EndsBeforeImage = true)]
public sealed class CreateBuilder(BuildInputs inputs, BuildResults results, Lazy<EngineChoice> engine, Lazy<BuilderManager> manager) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) => engine.Value.Runs(Engine.Buildx);

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var builder = results.Builder = await manager.Value.OpenAsync(inputs.Options.Builder, inputs.Options.Image.Platforms, context.Cancellation);
        context.Information("builder {0}, driver {1}", builder.Name, builder.Driver);
        foreach (var node in builder.Nodes)
        {
            context.Information(
                "  {0}: {1}, BuildKit {2}, {3}", node.Name, node.IsRunning ? node.Endpoint : $"{node.Endpoint} {node.Status}", node.BuildKit?.Text ?? "of unknown version", string.Join(" or ", node.NativeArchitectures));
        }
    }
}
