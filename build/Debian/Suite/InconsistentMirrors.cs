using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>
/// Remembers for an hour, in the cache, which indices a mirror did not have although its Release lists them, so that a build soon afterwards does not
/// download megabytes only to reject them again.
/// </summary>
/// <param name="cache">The cache folder; may be absent.</param>
/// <param name="clock">The clock.</param>
internal sealed class InconsistentMirrors(string cache, TimeProvider clock)
{
    private static readonly TimeSpan _remembered = TimeSpan.FromHours(1);

    /// <summary>Returns the key of an index on mirrors.</summary>
    /// <param name="sha256">The checksum in the Release.</param>
    /// <param name="mirrors">The mirrors that should have it.</param>
    public static string KeyOf(string sha256, IEnumerable<Uri> mirrors) =>
        InputKey.Of(["mixed", sha256, .. mirrors.Select(mirror => mirror.AbsoluteUri)]);

    /// <summary>Whether the index was recorded less than an hour ago.</summary>
    public bool WasSeen(string key)
    {
        try
        {
            // A time in the future comes from another clock and is ignored.
            var age = clock.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(PathOf(key));
            return File.Exists(PathOf(key)) && age >= TimeSpan.Zero && age < _remembered;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Records the index.</summary>
    /// <param name="key">The index on its mirrors.</param>
    /// <param name="what">A description for readers of the file.</param>
    /// <remarks>A folder that is not writable is not a reason to fail.</remarks>
    public void Saw(string key, string what)
    {
        try
        {
            AtomicFile.WriteText(PathOf(key), what + "\n");
            File.SetLastWriteTimeUtc(PathOf(key), clock.GetUtcNow().UtcDateTime);
        }
        catch (Exception refused) when (refused is BuildException or IOException or UnauthorizedAccessException)
        {
            // The next build will detect it again.
        }
    }

    private string PathOf(string key) => Path.Combine(cache, "releases", $"{key}.mixed");
}
