using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Compiles BusyBox for every platform whose binary is not in the cache.</summary>
[TaskName(nameof(CompileBusybox))]
[TaskDescription("Compiles BusyBox from its upstream release for every platform; logs in artifacts/logs")]
[IsDependentOn(typeof(Restore))]
[EngineTask(Engine.Embedded, EndsBeforeImage = true)]
public sealed class CompileBusybox(
    BuildInputs inputs, BuildPaths paths, BuildResults results, IProgressBoard board, Lazy<EngineChoice> engine, Lazy<BusyboxCompiler> compiler, Lazy<PackageStore> packages, Lazy<ReleaseTarball> tarballs)
    : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) =>
        inputs.IsTarget(nameof(CompileBusybox)) || (inputs.Options.Run.Busybox == BusyboxOrigin.Source && engine.Value.Runs(Engine.Embedded));

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        if (inputs.Release is null)
        {
            board.Note($"nothing to compile: --busybox={inputs.Options.Run.Busybox.ToString().ToLowerInvariant()}");
            return;
        }

        var (wanted, cancellation) = (results.Plan.CompileInputs, context.Cancellation);
        if (compiler.Value.Missing(wanted).Count > 0 && results.Plan.FindPacked() is not null)
        {
            // The image already exists, made by a run with another cache: the binaries are not needed again.
            return;
        }

        var compiled = await compiler.Value.CompileAsync(
            wanted,
            async platforms => await PreparedBuildRoot.PrepareAsync(results.Plan.BuildRoot, platforms, packages.Value, paths.Cache, board, inputs.Options.Run.Jobs, cancellation),
            release => tarballs.Value.FetchAsync(release, cancellation),
            cancellation);
        results.Compiled = [.. wanted.Select(one => (one, compiled[one.Platform]))];
    }
}
