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
public sealed class Load(BuildInputs inputs, IProgressBoard board, Lazy<ImageLoader> loader, BuildResults results) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        List<string> next = [];
        foreach (var plan in results.Plan.All)
        {
            var loaded = await loader.Value.LoadAsync(plan.Paths.Archive, client => board.Note($"loading {(plan.Label.Length == 0 ? "the image" : $"the {plan.Label}")} into {client}"), context.Cancellation);
            board.Note($"{loaded.Client}: loaded {string.Join(", ", loaded.Names)}");
            next.Add($"{(next.Count == 0 ? "next   " : "       ")}{NextSteps.Run(loaded.Client, plan.Name, inputs.Options.Image.Platforms)}");
        }

        context.Say(next);
    }
}
