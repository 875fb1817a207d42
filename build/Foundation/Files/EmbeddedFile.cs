using System.Text;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>Files of the project that are part of the program.</summary>
internal static class EmbeddedFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="name">Its logical name in the project file.</param>
    public static byte[] Read(string name)
    {
        using var stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    /// <summary>Reads a file as text.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    public static string ReadText(string name) => Encoding.UTF8.GetString(Read(name));
}
