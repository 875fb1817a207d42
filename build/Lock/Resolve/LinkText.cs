namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Resolves the targets of symbolic links in packages.</summary>
internal static class LinkText
{
    /// <summary>The absolute, normalised path of a link's target, relative to the folder of the link; never above the root.</summary>
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
