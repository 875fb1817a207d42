using BusyboxGlibc.Docker;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Loads the image into a running engine.</summary>
[TaskName(nameof(Load))]
[TaskDescription("Loads the archive into a running Docker or podman")]
[IsDependentOn(typeof(Archive))]
public sealed class Load : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var loaded = await new ImageLoader(new CommandRunner()).LoadAsync(context.ArchivePath, context.Cancellation);
        context.Board.Note($"{loaded.Client}: {string.Join("; ", loaded.Lines)}");
    }
}
