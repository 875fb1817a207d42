using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Rootfs;

/// <summary>Where a path that a package ships goes in the image.</summary>
internal static class ShippedPath
{
    /// <summary>The path in the image, relative: shared libraries of the loader's folders lie flat in <c>lib</c>, the rest where it was.</summary>
    internal static string InImage(string path, string triplet)
    {
        var canonical = MergedUsr.Of(path);
        var slash = canonical.LastIndexOf('/');
        var name = canonical[(slash + 1)..];
        var isLibrary = IsLibraryName(name)
            && (canonical.AsSpan(0, slash) is "/usr/lib" or "/usr/lib64" || canonical.AsSpan(0, slash).SequenceEqual("/usr/lib/" + triplet));
        return isLibrary ? "lib/" + name : path[1..];
    }

    /// <summary>The absolute path that a link's text means, seen from the link; <c>..</c> stops at the root.</summary>
    internal static string Follow(string link, string target)
    {
        var parts = target.StartsWith('/') ? [] : link.Split('/')[1..^1].ToList();
        foreach (var part in target.Split('/'))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }

    private static bool IsLibraryName(string name) =>
        name.EndsWith(".so", StringComparison.Ordinal) || name.Contains(".so.", StringComparison.Ordinal);
}
