namespace BusyboxGlibc.Debian;

/// <summary>The few files of the host that say where it gets its packages from: the edge to the host.</summary>
public interface IHostFiles
{
    /// <summary>The text of a file, or null where it is absent or cannot be read.</summary>
    string? Read(string path);

    /// <summary>The paths of the files in a folder in ordinal order; empty where it is absent.</summary>
    IReadOnlyList<string> List(string folder);
}

/// <summary>The host's real files.</summary>
public sealed class HostFiles : IHostFiles
{
    /// <inheritdoc/>
    public string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
