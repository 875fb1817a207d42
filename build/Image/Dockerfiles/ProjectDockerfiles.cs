using System.Globalization;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>
/// Both Dockerfiles of the project: what people set in them, which every engine does, and what they have in them that takes Docker. They are
/// joined into one for Docker, so what holds for a whole file must hold for both.
/// </summary>
public sealed class ProjectDockerfiles
{
    /// <summary>The file that compiles, at the top of the project.</summary>
    public const string BuilderPath = "Dockerfile.builder";

    /// <summary>The file that makes the image, at the top of the project.</summary>
    public const string RunPath = "Dockerfile.run";

    private const string Epoch = "SOURCE_DATE_EPOCH";

    // The frontend that Docker has built in is an older or newer one of the same.
    private static readonly string[] _ordinarySyntax = ["docker/dockerfile", "docker.io/docker/dockerfile"];

    private ProjectDockerfiles(DockerfileText? builder, RunDockerfile run) => (Builder, Run) = (builder, run);

    /// <summary>Dockerfile.builder; null where the project has none.</summary>
    internal DockerfileText? Builder { get; }

    /// <summary>Dockerfile.run.</summary>
    internal RunDockerfile Run { get; }

    /// <summary>The frontend that either file asks for, or null.</summary>
    public string? Syntax => Builder?.Syntax ?? Run.Text.Syntax;

    /// <summary>Reads both files.</summary>
    /// <param name="root">The project's folder.</param>
    /// <exception cref="DockerfileException">One is not what the build can fill in, or they contradict each other.</exception>
    public static ProjectDockerfiles Read(string root)
    {
        var builder = Path.Combine(root, BuilderPath);
        return Of(File.Exists(builder) ? DockerfileText.Read(builder) : null, RunDockerfile.Read(Path.Combine(root, RunPath)));
    }

    /// <summary>Puts both together.</summary>
    /// <param name="builder">Dockerfile.builder, or null.</param>
    /// <param name="run">Dockerfile.run.</param>
    /// <exception cref="DockerfileException">They contradict each other.</exception>
    internal static ProjectDockerfiles Of(DockerfileText? builder, RunDockerfile run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (builder is not null)
        {
            if (builder.Syntax is { } one && run.Text.Syntax is { } other && one != other)
            {
                throw new DockerfileException("the Dockerfiles ask for two frontends", run.Text.PlaceOf(null), $"{one} in {BuilderPath}, {other} in {RunPath}, and both are built as one file", "write the same # syntax= line in both");
            }

            CheckEscapes(builder, run.Text);
            foreach (var argument in run.Head.SelectMany(instruction => NamesOf(instruction).Select(name => (instruction, name))))
            {
                if (builder.Instructions.TakeWhile(instruction => instruction.Name != "FROM").SelectMany(NamesOf).Contains(argument.name))
                {
                    throw new DockerfileException(
                        $"ARG {argument.name} stands before the first FROM of both Dockerfiles", run.Text.PlaceOf(argument.instruction), "both are built as one file, where one of them would have the other's value", "rename this one");
                }
            }
        }

        return new ProjectDockerfiles(builder, run);
    }

    /// <summary>The first line of people's own that takes Docker, or null.</summary>
    public OwnLine? FirstForDocker()
    {
        if (Syntax is { } syntax && !_ordinarySyntax.Contains(syntax.Split(' ')[0].Split(':', '@')[0]))
        {
            return new OwnLine($"{(Builder?.Syntax is null ? RunPath : BuilderPath)}:1", $"the frontend {SafeText.Text(syntax)}", "what it makes of the file only it knows");
        }

        return Builder is not null && ShippedBuilder.FirstOwn(Builder) is { } own ? own
            : Run.FirstForDocker is { } instruction ? OwnLine.Of(Run.Text, instruction, instruction.Name == "FROM" ? "it is a stage of your own" : "it makes files")
            : null;
    }

    /// <summary>What people's settings make of a platform's image.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="environment">The environment that the build gives it, <c>NAME=value</c>.</param>
    /// <param name="labels">The labels that the build gives it.</param>
    /// <param name="epoch">Seconds since 1970-01-01 UTC.</param>
    /// <exception cref="DockerfileException">A setting is malformed.</exception>
    internal ImageSettings SettingsOf(Platform platform, IReadOnlyList<string> environment, IReadOnlyDictionary<string, string> labels, long epoch)
    {
        ArgumentNullException.ThrowIfNull(platform);
        var given = new Dictionary<string, string>(StringComparer.Ordinal) { [Epoch] = epoch.ToString(CultureInfo.InvariantCulture) };
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        AddPlatform(arguments, "BUILD", HostPlatform.Among(KnownPlatforms.All) ?? platform);
        AddPlatform(arguments, "TARGET", platform);
        SettingsReader.ReadHead(Run.Text, Run.Head, arguments, given);
        if (Builder is not null)
        {
            SettingsReader.ReadHead(Builder, Builder.Instructions.TakeWhile(instruction => instruction.Name != "FROM"), arguments, given);
        }

        return SettingsReader.Read(Run, new SettingsBase(environment, labels, arguments, given));
    }

    // As BuildKit names them: arm64 has no variant there.
    private static void AddPlatform(Dictionary<string, string> arguments, string prefix, Platform platform)
    {
        arguments[prefix + "PLATFORM"] = platform.Name;
        arguments[prefix + "OS"] = Platform.Os;
        arguments[prefix + "ARCH"] = platform.Architecture;
        arguments[prefix + "VARIANT"] = platform.Name.Split('/') is [_, _, var variant] ? variant : string.Empty;
    }

    // One escape character holds for the joined file: where the files have two, only lines without either can be joined.
    private static void CheckEscapes(DockerfileText builder, DockerfileText run)
    {
        if (builder.Escape != run.Escape && run.Instructions.FirstOrDefault(instruction => instruction.Arguments.AsSpan().IndexOfAny('\\', '`') >= 0) is { } escaped)
        {
            throw new DockerfileException(
                $"{escaped.Name} has a \\ or ` where the Dockerfiles escape by two characters", run.PlaceOf(escaped), $"{builder.Escape} in {BuilderPath}, {run.Escape} in {RunPath}, and both are built as one file", "write # escape= alike in both, or the line without them");
        }
    }

    private static IEnumerable<string> NamesOf(DockerfileInstruction argument) =>
        DockerfileWords.Plain(argument.Arguments).Select(word => word.Split('=')[0]);
}
