using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Setup.Projects;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Takes newer packages, if there are any and the image passes with them.</summary>
[TaskName(nameof(Update))]
[TaskDescription("Renews the lock; if that changes it, builds and tests the image, and writes what differs to artifacts/update.md; otherwise, or if a test fails, the lock stays as it is")]
public sealed class Update(UpdateRun update, BuildPaths paths, IProgressBoard board) : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) =>
        board.Note(update.Run() is { } file ? $"updated: image.lock.json, tested; {paths.Shown(file)} says what differs" : "nothing is newer: image.lock.json is unchanged");
}
