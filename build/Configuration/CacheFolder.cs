namespace BusyboxGlibc.Configuration;

/// <summary>
/// The location of the cache if its usual folder cannot be created: a container that runs under a numeric user ID has <c>HOME=/</c>, and a service
/// account may have a home that does not exist. The cache is then in the artifacts folder, because a folder that others can write to, such as <c>/tmp</c>,
/// is not a safe place for compiled programs.
/// </summary>
internal static class CacheFolder
{
    /// <summary>Its name in the artifacts folder.</summary>
    public const string Name = "cache";

    /// <summary>Returns the folder, and a note for the user if it is not the usual one.</summary>
    /// <param name="run">The options.</param>
    /// <param name="mayWrite">Whether a folder can be written to or created.</param>
    public static (string Folder, string? Note) Choose(RunOptions run, Func<string, bool> mayWrite)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.IsCacheNamed || Directory.Exists(run.CacheFolder) || mayWrite(run.CacheFolder))
        {
            return (run.CacheFolder, null);
        }

        var folder = Path.Combine(run.ArtifactsFolder, Name);
        return (folder, $"the cache is {folder}, because {run.CacheFolder} cannot be created; choose another with --cache=DIR");
    }
}
