namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>One instruction of a Dockerfile.</summary>
/// <param name="Line">Its first line, starting at 1.</param>
/// <param name="Count">The number of its lines, including those of its here-documents.</param>
/// <param name="Name">Its name in uppercase.</param>
/// <param name="Arguments">The text after the name, including flags; continued lines are joined without a separator, as in BuildKit.</param>
internal sealed record DockerfileInstruction(int Line, int Count, string Name, string Arguments)
{
    /// <summary>Its here-documents as written, with a line feed before each line, including the words that end them; empty for none.</summary>
    public string Heredocs { get; init; } = string.Empty;

    /// <summary>The valid instructions (docs.docker.com/reference/dockerfile).</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    /// <summary>Whether it adds files to an image by running or copying something, which requires Docker.</summary>
    public bool MakesFiles => Name is "RUN" or "COPY" or "ADD";
}
