using System.Text.Json;
using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>Small JSON files beside results, which say from what and by which program these were made.</summary>
internal static class StampFile
{
    /// <summary>Reads a stamp; an absent or damaged one is null, for then the result is simply made again.</summary>
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
    /// <exception cref="BuildException">The file system refused.</exception>
    public static void Write<T>(string path, T stamp) => AtomicFile.WriteText(path, JsonSerializer.Serialize(stamp) + "\n");
}
