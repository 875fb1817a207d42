using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Compiles the BusyBox of every platform that the cache does not have.</summary>
[TaskName(nameof(CompileBusybox))]
[TaskDescription("Compiles BusyBox from its upstream release for every platform; logs in artifacts/logs")]
[IsDependentOn(typeof(Restore))]
public sealed class CompileBusybox : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) =>
        context.IsTarget(nameof(CompileBusybox)) || (context.Options.Run.Busybox == BusyboxOrigin.Source && !context.UsesDocker);

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        if (context.Options.Run.Busybox == BusyboxOrigin.Debian)
        {
            context.Board.Note("nothing to compile: the BusyBox is Debian's package (--busybox=debian)");
            return;
        }

        var wanted = context.CompileInputs;
        var compiler = context.Compiler;
        if (compiler.Missing(wanted).Count > 0 && context.PackedIndex() is not null)
        {
            // The image is made already, by a run with another cache: nobody needs the binaries again.
            return;
        }

        var compiled = await compiler.CompileAsync(
            wanted,
            async platforms => await PreparedBuildRoot.PrepareAsync(
                PreparedBuildRoot.For(context.ImageLock), platforms, context.Packages, context.Options.Run.CacheFolder, context.Board, context.Options.Run.Jobs, context.Cancellation),
            release => context.Tarballs.FetchAsync(release, context.Cancellation),
            context.Cancellation);
        context.Compiled = [.. wanted.Select(inputs => (inputs, compiled[inputs.Platform]))];
    }
}
