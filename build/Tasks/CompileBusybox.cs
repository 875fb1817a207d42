using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Configuration;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Compiles the BusyBox of every platform that the cache does not have.</summary>
[TaskName(nameof(CompileBusybox))]
[TaskDescription("Compiles BusyBox from its upstream release for every platform; logs in artifacts/logs")]
[IsDependentOn(typeof(Restore))]
public sealed class CompileBusybox : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) => context.Options.Run.Busybox == BusyboxOrigin.Source;

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var locked = BuildRoot.For(context.ImageLock);
        var wanted = context.Options.Image.Platforms
            .Select(platform => CompileInputs.Read(platform, context.Release!, [.. locked.For([platform]).Select(tool => tool.Pin)], context.RootFolder))
            .ToList();
        var compiled = await context.Compiler.CompileAsync(
            wanted,
            async platforms => await BuildRoot.PrepareAsync(
                locked, platforms, context.Packages, context.Options.Run.CacheFolder, context.Board, context.Options.Run.Jobs, context.Cancellation),
            release => context.Tarballs.FetchAsync(release, context.Cancellation),
            context.Cancellation);
        context.Compiled = [.. wanted.Select(inputs => (inputs, compiled[inputs.Platform]))];
    }
}
