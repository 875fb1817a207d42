using BusyboxGlibc.Docker;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Loads the image into a running engine.</summary>
[TaskName(nameof(Load))]
[TaskDescription("Loads the archive into a running Docker or podman")]
[IsDependentOn(typeof(Summary))]
public sealed class Load(BuildInputs inputs, BuildPaths paths, IProgressBoard board, Lazy<ImageLoader> loader, BuildResults results) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var loaded = await loader.Value.LoadAsync(paths.Archive, client => board.Note($"loading the image into {client}"), context.Cancellation);
        board.Note($"{loaded.Client}: loaded {string.Join(", ", loaded.Names)}");
        context.Say([$"next   {NextSteps.Run(loaded.Client, results.Plan.Name, inputs.Options.Image.Platforms)}"]);
    }
}
