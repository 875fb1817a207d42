using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Rootfs;

/// <summary>Maps a path that a package ships to its path in the image.</summary>
internal static class ShippedPath
{
    /// <summary>The relative path in the image: shared libraries of the loader's folders are directly in <c>lib</c>, everything else keeps its path.</summary>
    internal static string InImage(string path, string triplet)
    {
        var canonical = MergedUsr.Of(path);
        var slash = canonical.LastIndexOf('/');
        var name = canonical[(slash + 1)..];
        var isLibrary = IsLibraryName(name)
            && (canonical.AsSpan(0, slash) is "/usr/lib" or "/usr/lib64" || canonical.AsSpan(0, slash).SequenceEqual("/usr/lib/" + triplet));
        return isLibrary ? "lib/" + name : path[1..];
    }

    /// <summary>Returns the absolute path of a link's target, relative to the link; <c>..</c> stops at the root.</summary>
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
