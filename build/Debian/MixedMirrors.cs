using BusyboxGlibc.Foundation;

namespace BusyboxGlibc.Debian;

/// <summary>
/// Remembers for an hour, in the cache, under which suite names a mirror was seen to mix its files, so that a build soon after
/// does not fetch megabytes only to refuse them again. It decides no more than what is asked first.
/// </summary>
/// <param name="cache">The cache folder; may be absent.</param>
/// <param name="clock">The time.</param>
public sealed class MixedMirrors(string cache, TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>Names a suite of mirrors.</summary>
    /// <param name="name">The suite's name below <c>dists</c>.</param>
    /// <param name="mirrors">Where it is.</param>
    public static string KeyOf(string name, IEnumerable<Uri> mirrors) =>
        InputKey.Of(["mixed", name, .. mirrors.Select(mirror => mirror.AbsoluteUri)]);

    /// <summary>Whether it was seen less than an hour ago.</summary>
    public bool WasSeen(string key)
    {
        try
        {
            // A time to come is of another clock and says nothing.
            var age = clock.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(PathOf(key));
            return File.Exists(PathOf(key)) && age >= TimeSpan.Zero && age < Remembered;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Remembers it. A folder that cannot be written to is not worth failing for.</summary>
    public void Saw(string key, MixedMirrorException error)
    {
        try
        {
            AtomicFile.WriteText(PathOf(key), error.What + "\n");
            File.SetLastWriteTimeUtc(PathOf(key), clock.GetUtcNow().UtcDateTime);
        }
        catch (Exception refused) when (refused is BuildException or IOException or UnauthorizedAccessException)
        {
            // The next build finds out for itself.
        }
    }

    private string PathOf(string key) => Path.Combine(cache, "releases", $"{key}.mixed");
}
