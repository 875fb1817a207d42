namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>
/// <c>Dockerfile.run</c>: the image's stage, the last one, which copies the builder's result and sets the run configuration. Earlier
/// stages belong to the user.
/// </summary>
internal sealed class RunDockerfile
{
    /// <summary>The image name of a plain <c>docker build</c> of Dockerfile.builder; it is replaced with the builder's stage.</summary>
    public const string BuilderImage = "busybox:glibc-builder";

    private const string Shipped = $"""
        FROM scratch
        COPY --from={BuilderImage} /rootfs/ /
        CMD ["sh"]
        """;

    private RunDockerfile(DockerfileText text, DockerfileInstruction from, DockerfileInstruction copy) =>
        (Text, From, Copy) = (text, from, copy);

    /// <summary>The whole file.</summary>
    public DockerfileText Text { get; }

    /// <summary>The line that starts the image's stage.</summary>
    public DockerfileInstruction From { get; }

    /// <summary>The line that copies the root file system.</summary>
    public DockerfileInstruction Copy { get; }

    /// <summary>The <c>ARG</c> lines before the first stage.</summary>
    public IEnumerable<DockerfileInstruction> Head => Text.Instructions.TakeWhile(instruction => instruction.Name != "FROM");

    /// <summary>The instructions of the image's stage, after its <c>FROM</c>.</summary>
    public IEnumerable<DockerfileInstruction> Stage => Text.Instructions.SkipWhile(instruction => instruction != From).Skip(1);

    /// <summary>The first user-written instruction that requires Docker: another stage, or one that creates files; or null.</summary>
    public DockerfileInstruction? FirstForDocker => Text.Instructions.FirstOrDefault(instruction =>
        (instruction.Name == "FROM" && instruction != From) || (instruction.MakesFiles && instruction != Copy));

    /// <summary>Reads the project's file; if it does not exist, the file that the project ships.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DockerfileException">It does not have the structure that the build fills in; the error names the line.</exception>
    public static RunDockerfile Read(string path) => Of(File.Exists(path) ? DockerfileText.Read(path) : DockerfileText.Parse(path, Shipped));

    /// <summary>Parses the file.</summary>
    /// <exception cref="DockerfileException">It does not have the structure that the build fills in; the error names the line.</exception>
    public static RunDockerfile Of(DockerfileText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var from = text.Instructions.LastOrDefault(instruction => instruction.Name == "FROM");
        if (from is null || !IsScratch(from))
        {
            throw NotFilledIn(text, from, "its last stage must be FROM scratch", "a stage with another base belongs before it");
        }

        if (text.Instructions[0] is { Name: not ("FROM" or "ARG") } early)
        {
            throw NotFilledIn(text, early, $"{early.Name} appears before the first FROM, where only ARG is allowed", "move it below FROM scratch");
        }

        var copies = text.Instructions.SkipWhile(instruction => instruction != from).Where(instruction =>
            instruction.Name == "COPY" && string.Join(' ', DockerfileWords.Plain(instruction.Arguments)) == $"--from={BuilderImage} /rootfs/ /").ToList();
        return copies.Count == 1
            ? new RunDockerfile(text, from, copies[0])
            : throw NotFilledIn(text, copies.ElementAtOrDefault(1), $"it must contain the line COPY --from={BuilderImage} /rootfs/ / exactly once", "restore the committed line");
    }

    /// <summary>The error for a file without something that the build relies on.</summary>
    internal static DockerfileException NotFilledIn(DockerfileText file, DockerfileInstruction? at, string why, string next) =>
        new($"{Path.GetFileName(file.Path)} cannot be filled in by the build", file.PlaceOf(at), why, next);

    private static bool IsScratch(DockerfileInstruction from) => DockerfileWords.Plain(from.Arguments) switch
    {
        ["scratch"] => true,
        ["scratch", var word, _] => word.Equals("AS", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}
