using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// Sonames that contain the version of their package, such as <c>libisc-9.20.30-1~deb13u1-Debian.so</c> of bind9-libs and <c>libbfd-2.44-system.so</c> of libbinutils. An
/// index Contents that is older than the package, as after a security update, has only the name with the older version.
/// </summary>
internal static class VersionedSoname
{
    /// <summary>The packages that contain a soname according to their own version and to the name that Contents has for an older one.</summary>
    /// <param name="soname">The soname, which Contents does not have.</param>
    /// <param name="contents">The index.</param>
    /// <param name="packages">The packages with their versions.</param>
    public static IEnumerable<ContentsEntry> Entries(string soname, IContentsIndex contents, IPackageIndex packages)
    {
        var digit = soname.AsSpan().IndexOfAnyInRange('0', '9');
        var end = soname.LastIndexOf(".so", StringComparison.Ordinal);
        return digit <= "lib".Length || end <= digit
            ? []
            : contents.Libraries(soname[..digit]).Where(entry => packages.Find(entry.Package) is { } package && IsNameOf(package.Pin.Version, LibraryNames.FileOf(entry.Path), soname));
    }

    // Equal but for the version: the package's own in the one, another one in the other.
    private static bool IsNameOf(string version, string older, string soname)
    {
        var full = version[(version.IndexOf(':', StringComparison.Ordinal) + 1)..];
        foreach (var written in new[] { full, DebianVersion.Upstream(version) })
        {
            var at = soname.IndexOf(written, StringComparison.Ordinal);
            if (at <= 0)
            {
                continue;
            }

            var (before, after) = (soname[..at], soname[(at + written.Length)..]);
            var isLike = older.Length > before.Length + after.Length && older.StartsWith(before, StringComparison.Ordinal) && older.EndsWith(after, StringComparison.Ordinal);
            if (isLike && DebianVersion.IsValid(older.AsSpan()[before.Length..^after.Length]))
            {
                return true;
            }
        }

        return false;
    }
}
