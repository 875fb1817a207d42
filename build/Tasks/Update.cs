using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Setup.Projects;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Takes newer packages and releases of BusyBox, if there are any and the image passes with them.</summary>
[TaskName(nameof(Update))]
[TaskDescription("Adds newer releases of BusyBox and renews the lock; if that changes anything, builds and tests the image, and writes what differs to artifacts/update.md; if a test fails, all stays as it is, but a BusyBox that alone fails stays in busybox-releases.json")]
public sealed class Update(UpdateRun update, BuildPaths paths, IProgressBoard board) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context) =>
        board.Note(await update.RunAsync(context.Cancellation) is { } file ? $"updated and tested; {paths.Shown(file)} says what differs" : "nothing is newer: image.lock.json is unchanged");
}
