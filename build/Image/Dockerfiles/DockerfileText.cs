using System.Text;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>
/// A Dockerfile as its lines and its instructions, parsed as BuildKit does (docs.docker.com/reference/dockerfile): single
/// instructions can be interpreted or replaced, and everything else stays as the user wrote it.
/// </summary>
internal sealed class DockerfileText
{
    private const int MostBytes = 256 * 1024;

    internal DockerfileText(string path, IReadOnlyList<string> lines, IReadOnlyList<DockerfileInstruction> instructions, DockerfileDirectives directives) =>
        (Path, Lines, Instructions, Escape, Syntax) = (path, lines, instructions, directives.Escape, directives.Syntax);

    /// <summary>The path, for errors.</summary>
    public string Path { get; }

    /// <summary>Its lines, without line ends. The last line is never continued.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>Its instructions, in order.</summary>
    public IReadOnlyList<DockerfileInstruction> Instructions { get; }

    /// <summary>The character that escapes other characters and continues lines: a backslash, or the value of <c># escape=</c>.</summary>
    public char Escape { get; }

    /// <summary>The frontend that <c># syntax=</c> requests, or null.</summary>
    public string? Syntax { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DockerfileException">It cannot be read, or a line is not valid in a Dockerfile.</exception>
    public static DockerfileText Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > MostBytes }
                ? throw new DockerfileException("a Dockerfile is too long", path, $"the maximum is {MostBytes / 1024} KiB")
                : Parse(path, Encoding.UTF8.GetString(File.ReadAllBytes(path)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DockerfileException($"cannot read {System.IO.Path.GetFileName(path)}", path, error.Message, "restore the committed file", error);
        }
    }

    /// <summary>Parses a text.</summary>
    /// <param name="path">Its name, for errors.</param>
    /// <param name="text">The text, with or without a byte order mark; lines end with LF or CRLF.</param>
    /// <exception cref="DockerfileException">A line is not valid in a Dockerfile.</exception>
    public static DockerfileText Parse(string path, string text) => new DockerfileLines(path, text).Read();

    /// <summary>The location of an instruction, or of the end of the file: <c>Dockerfile.run:7</c>.</summary>
    public string PlaceOf(DockerfileInstruction? instruction) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{System.IO.Path.GetFileName(Path)}:{instruction?.Line ?? Lines.Count}");
}
