using System.Globalization;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>
/// Both Dockerfiles of the project: the user's settings, which every engine supports, and the user's lines that require Docker. They are
/// joined into one for Docker, so anything that applies to a whole file must apply to both.
/// </summary>
public sealed class ProjectDockerfiles
{
    /// <summary>The file that compiles, in the project's root folder.</summary>
    public const string BuilderPath = "Dockerfile.builder";

    /// <summary>The file that makes the image, in the project's root folder.</summary>
    public const string RunPath = "Dockerfile.run";

    private const string Epoch = "SOURCE_DATE_EPOCH";

    // The frontend built into Docker is an older or newer version of the same.
    private static readonly string[] _ordinarySyntax = ["docker/dockerfile", "docker.io/docker/dockerfile"];

    private ProjectDockerfiles(DockerfileText? builder, RunDockerfile run) => (Builder, Run) = (builder, run);

    /// <summary>Dockerfile.builder; null if the project has none.</summary>
    internal DockerfileText? Builder { get; }

    /// <summary>Dockerfile.run.</summary>
    internal RunDockerfile Run { get; }

    /// <summary>The frontend that either file requests, or null.</summary>
    public string? Syntax => Builder?.Syntax ?? Run.Text.Syntax;

    /// <summary>Whether Docker compiles the same BusyBox as the embedded engine.</summary>
    internal bool CompilesAsShipped => Builder is not null && ShippedBuilder.CompilesAsShipped(Builder);

    /// <summary>Reads both files.</summary>
    /// <param name="folders">The folders of the project and of the program.</param>
    /// <exception cref="DockerfileException">One does not have the structure that the build fills in, or they contradict each other.</exception>
    public static ProjectDockerfiles Read(ProjectFolders folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var builder = folders.PathOf(BuilderPath);
        return Of(File.Exists(builder) ? DockerfileText.Read(builder) : null, RunDockerfile.Read(folders.PathOf(RunPath)));
    }

    /// <summary>Combines both files.</summary>
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
                throw new DockerfileException("the Dockerfiles specify two frontends", run.Text.PlaceOf(null), $"{one} in {BuilderPath}, {other} in {RunPath}, and both are built as one file", "write the same # syntax= line in both");
            }

            CheckEscapes(builder, run.Text);
            foreach (var argument in run.Head.SelectMany(instruction => NamesOf(instruction).Select(name => (instruction, name))))
            {
                if (builder.Instructions.TakeWhile(instruction => instruction.Name != "FROM").SelectMany(NamesOf).Contains(argument.name))
                {
                    throw new DockerfileException(
                        $"ARG {argument.name} appears before the first FROM of both Dockerfiles", run.Text.PlaceOf(argument.instruction), "both are built as one file, where one of them would have the other's value", "rename this one");
                }
            }
        }

        return new ProjectDockerfiles(builder, run);
    }

    /// <summary>The first user-written line that requires Docker, or null.</summary>
    public OwnLine? FirstForDocker()
    {
        if (Syntax is { } syntax && !_ordinarySyntax.Contains(syntax.Split(' ')[0].Split(':', '@')[0]))
        {
            return new OwnLine($"{(Builder?.Syntax is null ? RunPath : BuilderPath)}:1", $"the frontend {SafeText.Text(syntax)}", "only the frontend itself knows how it interprets the file");
        }

        return Builder is not null && ShippedBuilder.FirstOwn(Builder) is { } own ? own
            : Run.FirstForDocker is { } instruction ? OwnLine.Of(Run.Text, instruction, instruction.Name == "FROM" ? "it is a stage of your own" : "it creates files")
            : null;
    }

    /// <summary>The settings of a platform's image with the user's settings applied.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="environment">The environment that the build adds, <c>NAME=value</c>.</param>
    /// <param name="labels">The labels that the build adds.</param>
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

    // BuildKit's names: arm64 has no variant there.
    private static void AddPlatform(Dictionary<string, string> arguments, string prefix, Platform platform)
    {
        arguments[prefix + "PLATFORM"] = platform.Name;
        arguments[prefix + "OS"] = Platform.Os;
        arguments[prefix + "ARCH"] = platform.Architecture;
        arguments[prefix + "VARIANT"] = platform.Name.Split('/') is [_, _, var variant] ? variant : string.Empty;
    }

    // The joined file has one escape character: if the files use different ones, they can be joined only if no line uses either.
    private static void CheckEscapes(DockerfileText builder, DockerfileText run)
    {
        if (builder.Escape != run.Escape && run.Instructions.FirstOrDefault(instruction => instruction.Arguments.AsSpan().IndexOfAny('\\', '`') >= 0) is { } escaped)
        {
            throw new DockerfileException(
                $"{escaped.Name} has a \\ or ` where the Dockerfiles use two escape characters", run.PlaceOf(escaped), $"{builder.Escape} in {BuilderPath}, {run.Escape} in {RunPath}, and both are built as one file", "write the same # escape= in both, or the line without these characters");
        }
    }

    private static IEnumerable<string> NamesOf(DockerfileInstruction argument) =>
        DockerfileWords.Plain(argument.Arguments).Select(word => word.Split('=')[0]);
}
