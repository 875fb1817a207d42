using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Removes what was built. The cache stays.</summary>
[TaskName(nameof(Clean))]
[TaskDescription("Removes the artifacts; the cache stays")]
public sealed class Clean(BuildPaths paths) : FrostingTask<BuildContext>
{
    // Only what this build makes, for the folder may be one of the user's own.
    private static readonly string[] Folders = ["base", "buildx", "logs", "oci", "smoke", "tests"];
    private static readonly string[] Files = ["busybox-glibc.tar", "busybox-glibc.tar.json", "Dockerfile", "oci.smoke.json", "oci.packed.json", "oci.verified.json", "published.json", FolderLock.FileName];

    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        var artifacts = paths.Artifacts;
        foreach (var folder in Folders.Select(name => Path.Combine(artifacts, name)).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var file in Files)
        {
            AtomicFile.Discard(Path.Combine(artifacts, file));
        }
    }
}
