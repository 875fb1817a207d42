using System.Text.Json;
using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>Small JSON files next to results, which record the inputs and the program that made them.</summary>
internal static class StampFile
{
    /// <summary>Reads a stamp; returns null if it is absent or damaged, and the result is then made again.</summary>
    public static T? Read<T>(string path)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a stamp, atomically.</summary>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public static void Write<T>(string path, T stamp) => AtomicFile.WriteText(path, JsonSerializer.Serialize(stamp) + "\n");
}
