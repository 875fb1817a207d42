using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>
/// Remembers for an hour, in the cache, which indices mirrors were seen not to have although their Release lists them, so that a build
/// soon after does not fetch megabytes only to refuse them again.
/// </summary>
/// <param name="cache">The cache folder; may be absent.</param>
/// <param name="clock">The time.</param>
internal sealed class InconsistentMirrors(string cache, TimeProvider clock)
{
    private static readonly TimeSpan _remembered = TimeSpan.FromHours(1);

    /// <summary>Names an index on mirrors.</summary>
    /// <param name="sha256">The checksum that the Release promises.</param>
    /// <param name="mirrors">Where it should be.</param>
    public static string KeyOf(string sha256, IEnumerable<Uri> mirrors) =>
        InputKey.Of(["mixed", sha256, .. mirrors.Select(mirror => mirror.AbsoluteUri)]);

    /// <summary>Whether it was seen less than an hour ago.</summary>
    public bool WasSeen(string key)
    {
        try
        {
            // A time to come is of another clock and says nothing.
            var age = clock.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(PathOf(key));
            return File.Exists(PathOf(key)) && age >= TimeSpan.Zero && age < _remembered;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Remembers it.</summary>
    /// <param name="key">The index on its mirrors.</param>
    /// <param name="what">What it is, for who looks into the file.</param>
    /// <remarks>A folder that cannot be written to is not worth failing for.</remarks>
    public void Saw(string key, string what)
    {
        try
        {
            AtomicFile.WriteText(PathOf(key), what + "\n");
            File.SetLastWriteTimeUtc(PathOf(key), clock.GetUtcNow().UtcDateTime);
        }
        catch (Exception refused) when (refused is BuildException or IOException or UnauthorizedAccessException)
        {
            // The next build finds out for itself.
        }
    }

    private string PathOf(string key) => Path.Combine(cache, "releases", $"{key}.mixed");
}
