using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>Moves a folder, also to another file system.</summary>
internal static class FolderMove
{
    /// <summary>Moves the folder; the target must not exist.</summary>
    /// <exception cref="BuildException">The file system refused.</exception>
    public static void Move(string from, string to)
    {
        try
        {
            try
            {
                Directory.Move(from, to);
            }
            catch (IOException) when (Directory.Exists(from) && !Directory.Exists(to))
            {
                Copy(new DirectoryInfo(from), to);
                Directory.Delete(from, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(to, error);
        }
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is { } link)
            {
                File.CreateSymbolicLink(target, link);
            }
            else if (entry is DirectoryInfo folder)
            {
                Copy(folder, target);
            }
            else
            {
                File.Copy(entry.FullName, target);
            }
        }
    }
}
