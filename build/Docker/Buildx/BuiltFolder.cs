using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>The folder that Docker writes its layout to: emptied at the start, removed at the end.</summary>
internal sealed class BuiltFolder : IDisposable
{
    /// <summary>Empties the folder.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="BuildException">The file system refused.</exception>
    public BuiltFolder(string path)
    {
        Path = path;
        try
        {
            Remove();
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(path, error);
        }
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Remove();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next run removes it.
        }
    }

    private void Remove()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
