namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>One instruction of a Dockerfile.</summary>
/// <param name="Line">The line it starts at, from 1.</param>
/// <param name="Count">How many lines it takes, those of its here-documents included.</param>
/// <param name="Name">Its name in capitals.</param>
/// <param name="Arguments">What follows the name, flags included, continued lines joined as BuildKit joins them: with nothing between.</param>
internal sealed record DockerfileInstruction(int Line, int Count, string Name, string Arguments)
{
    /// <summary>Its here-documents as they are written, a line feed before each line, the words that end them included; empty for none.</summary>
    public string Heredocs { get; init; } = string.Empty;

    /// <summary>The instructions there are (docs.docker.com/reference/dockerfile).</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    /// <summary>Whether it puts files into an image by running or copying something, which takes Docker.</summary>
    public bool MakesFiles => Name is "RUN" or "COPY" or "ADD";
}
