namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// One spelling for paths of a merged and an unmerged /usr. bookworm contains <c>/bin/ip</c>, trixie <c>/usr/bin/ip</c>;
/// on both, either path leads to the file.
/// </summary>
internal static class MergedUsr
{
    /// <summary>The path under <c>/usr</c> for a path in <c>/bin</c>, <c>/sbin</c> or <c>/lib*</c>; any other path is unchanged.</summary>
    public static string Of(string path)
    {
        if (path.StartsWith("/usr/", StringComparison.Ordinal) || path.Length < 2)
        {
            return path;
        }

        var end = path.IndexOf('/', 1);
        var top = end < 0 ? path.AsSpan(1) : path.AsSpan(1, end - 1);
        return top is "bin" or "sbin" or "lib" or "lib32" or "lib64" or "libx32" or "libo32" ? "/usr" + path : path;
    }
}
