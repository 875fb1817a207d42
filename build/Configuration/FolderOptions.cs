namespace BusyboxGlibc.Configuration;

/// <summary>Reads the two folders that a run writes to.</summary>
internal sealed class FolderOptions(OptionReader reader, string root)
{
    private const string CacheName = "busybox-glibc";

    /// <summary>The cache, absolute: the configured folder, otherwise the location that the XDG base directory specification defines.</summary>
    public string Cache()
    {
        var value = reader.Get(OptionTable.Cache);
        if (!value.IsDefault)
        {
            return Absolute(OptionTable.Cache, value);
        }

        // The specification: a path that is not absolute is ignored.
        if (reader.Environment("XDG_CACHE_HOME") is { } cache && Path.IsPathFullyQualified(cache))
        {
            return Path.GetFullPath(Path.Combine(cache, CacheName));
        }

        return Home() is { } home
            ? Path.GetFullPath(Path.Combine(home, ".cache", CacheName))
            : throw new ConfigurationException(
                "no cache folder is available", "environment HOME", "neither XDG_CACHE_HOME nor HOME is set to an absolute path", "write --cache=DIR");
    }

    /// <summary>The artifacts, absolute; never the project folder itself or one of its parents, because tasks delete files in it.</summary>
    public string Artifacts()
    {
        var value = reader.Get(OptionTable.Artifacts);
        var folder = Absolute(OptionTable.Artifacts, value);
        var inside = Path.GetRelativePath(folder, root);
        return inside == "." || !(inside == ".." || inside.StartsWith("../", StringComparison.Ordinal) || Path.IsPathFullyQualified(inside))
            ? throw new ConfigurationException(
                $"{ValueList.Show(value.Value)} cannot be the artifacts folder", value.Where, "it contains the project itself, and its contents may be deleted", $"use a separate folder, such as --artifacts={OptionTable.Artifacts.Default}")
            : folder;
    }

    private string Absolute(Option option, OptionValue value)
    {
        if (value.Value.Length == 0)
        {
            throw new ConfigurationException($"--{option.Argument} does not name a folder", value.Where, next: $"write --{option.Argument}=DIR");
        }

        // The shell does not expand the ~ in --cache=~/x.
        var path = value.Value == "~" || value.Value.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Join(Home() ?? throw new ConfigurationException($"{ValueList.Show(value.Value)} needs a home folder", value.Where, "HOME is not set", $"write the full path: --{option.Argument}=DIR"), value.Value[1..])
            : value.Value;
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, root));
    }

    private string? Home() => reader.Environment("HOME") is { } home && Path.IsPathFullyQualified(home) ? home : null;
}
