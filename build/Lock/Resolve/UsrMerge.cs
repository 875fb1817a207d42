using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Paths of packages in the spelling of <see cref="MergedUsr"/>, and where their links lead.</summary>
internal static class UsrMerge
{
    /// <summary>The path under <c>/usr</c> of a path in <c>/bin</c>, <c>/sbin</c> or <c>/lib*</c>; any other path as it is.</summary>
    public static string Of(string path) => MergedUsr.Of(path);

    /// <summary>The absolute, normalised path that a link's text leads to, seen from the folder of the link; never above the root.</summary>
    public static string Target(string linkPath, string target)
    {
        var parts = new List<string>();
        if (!target.StartsWith('/'))
        {
            parts.AddRange(LibraryNames.DirectoryOf(linkPath).Split('/', StringSplitOptions.RemoveEmptyEntries));
        }

        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }
}
