using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Setup;
using Cake.Common.IO;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Removes what was built. The cache stays.</summary>
[TaskName(nameof(Clean))]
[TaskDescription("Removes the artifacts; the cache stays")]
public sealed class Clean(BuildPaths paths) : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        foreach (var folder in paths.MadeFolders.Where(context.DirectoryExists))
        {
            context.DeleteDirectory(folder, new DeleteDirectorySettings { Recursive = true, Force = true });
        }

        // Not DeleteFile: it fails if the file or its folder does not exist.
        foreach (var file in paths.MadeFiles)
        {
            AtomicFile.Discard(file.FullPath);
        }
    }
}
