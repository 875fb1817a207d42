namespace BusyboxGlibc.Configuration;

/// <summary>
/// Where the cache is when the usual place for it cannot be made: a container that runs as some number has <c>HOME=/</c>, an account of a
/// service a home that is not there. It is then among the artifacts, for a folder that others may write to, such as <c>/tmp</c>, is none to
/// keep compiled programs in.
/// </summary>
internal static class CacheFolder
{
    /// <summary>Its name among the artifacts.</summary>
    public const string Name = "cache";

    /// <summary>The folder, and what to say where it is not the usual one.</summary>
    /// <param name="run">The options.</param>
    /// <param name="mayWrite">Whether a folder can be written to or made.</param>
    public static (string Folder, string? Note) Choose(RunOptions run, Func<string, bool> mayWrite)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.IsCacheNamed || Directory.Exists(run.CacheFolder) || mayWrite(run.CacheFolder))
        {
            return (run.CacheFolder, null);
        }

        var folder = Path.Combine(run.ArtifactsFolder, Name);
        return (folder, $"the cache is {folder}, since {run.CacheFolder} cannot be made; --cache=DIR names another");
    }
}
