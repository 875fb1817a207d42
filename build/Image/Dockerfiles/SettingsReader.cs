using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>
/// Does what BuildKit does with the settings of the image's stage, so that both engines make the same configuration of them. Which of them
/// replace variables, and in which order, is BuildKit's affair; tests hold the two against each other on a real engine.
/// </summary>
internal sealed class SettingsReader
{
    private static readonly IReadOnlyList<string> DefaultShell = ["/bin/sh", "-c"];

    private readonly DockerfileText file;
    private readonly SettingsBase from;
    private readonly List<string> environment = [];
    private readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> labels = new(StringComparer.Ordinal);
    private readonly SortedSet<string> ports = new(StringComparer.Ordinal);
    private readonly SortedSet<string> volumes = new(StringComparer.Ordinal);
    private readonly List<string> triggers = [];
    private readonly List<WorkingFolder> folders = [];
    private ImageRunConfig run = new([], []);

    private SettingsReader(DockerfileText file, SettingsBase from) => (this.file, this.from) = (file, from);

    /// <summary>Reads the image's stage. What makes files in it is passed over.</summary>
    /// <exception cref="DockerfileException">A setting is malformed; the error names its line.</exception>
    public static ImageSettings Read(RunDockerfile dockerfile, SettingsBase from)
    {
        var reader = new SettingsReader(dockerfile.Text, from);
        reader.SetEnvironment("PATH", ImageSpec.SearchPath["PATH=".Length..]);
        foreach (var instruction in dockerfile.Stage)
        {
            if (instruction == dockerfile.Copy)
            {
                reader.TakeOurs();
                continue;
            }

            reader.TryTake(instruction);
        }

        return new ImageSettings(
            reader.run with { Environment = reader.environment, ExposedPorts = [.. reader.ports], Volumes = [.. reader.volumes], OnBuild = reader.triggers }, reader.labels, reader.folders);
    }

    /// <summary>The values of the <c>ARG</c> lines before the first stage, each added to those that are there.</summary>
    /// <exception cref="DockerfileException">One of them is malformed; the error names its line.</exception>
    public static void ReadHead(DockerfileText file, IEnumerable<DockerfileInstruction> head, Dictionary<string, string> arguments, IReadOnlyDictionary<string, string> given)
    {
        foreach (var instruction in head)
        {
            Guard(file, instruction, () =>
            {
                foreach (var (name, value) in Arguments(instruction, file.Escape))
                {
                    var found = given.GetValueOrDefault(name) ?? (value is null ? null : DockerfileLexer.Expand(value, file.Escape, arguments.GetValueOrDefault));
                    if (found is not null)
                    {
                        arguments[name] = found;
                    }
                }
            });
        }
    }

    private void TakeOurs()
    {
        foreach (var line in from.Environment)
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            SetEnvironment(line[..equals], line[(equals + 1)..]);
        }

        foreach (var (key, value) in from.Labels)
        {
            labels[key] = value;
        }
    }

    private void TryTake(DockerfileInstruction instruction) => Guard(file, instruction, () => Take(instruction));

    private static void Guard(DockerfileText file, DockerfileInstruction instruction, Action take)
    {
        try
        {
            take();
        }
        catch (FormatException fault)
        {
            throw new DockerfileException($"{instruction.Name} is malformed", file.PlaceOf(instruction), fault.Message, "see docs.docker.com/reference/dockerfile", fault);
        }
    }

    private void Take(DockerfileInstruction instruction)
    {
        var (flags, rest) = DockerfileWords.Flags(instruction.Arguments, file.Escape);
        if (flags.Count > 0 && instruction.Name is not ("HEALTHCHECK" or "RUN" or "COPY" or "ADD" or "ARG" or "STOPSIGNAL"))
        {
            throw new FormatException($"it takes no flag {SafeText.Text(flags[0])}");
        }

        switch (instruction.Name)
        {
            case "ENV":
                foreach (var (name, value) in Pairs(rest))
                {
                    SetEnvironment(name, value);
                }

                break;
            case "LABEL":
                foreach (var (name, value) in Pairs(rest))
                {
                    labels[name] = value;
                }

                break;
            case "ARG":
                Declare(instruction);
                break;
            case "USER":
                run = run with { User = Expand(One(rest)) is { Length: > 0 } user ? user : null };
                break;
            case "WORKDIR":
                Enter(Expand(One(rest)), instruction);
                break;
            case "EXPOSE":
                ports.UnionWith(Some(DockerfileWords.Plain(rest)).SelectMany(word => DockerfileLexer.ExpandWords(word, file.Escape, variables.GetValueOrDefault)).SelectMany(ExposedPorts.Of));
                break;
            case "VOLUME":
                volumes.UnionWith(Some(DockerfileWords.Json(rest) ?? DockerfileWords.Plain(rest)).Select(volume => Volume(Expand(volume.Trim()))));
                break;
            case "STOPSIGNAL":
                run = run with { StopSignal = Expand(One(rest)) is var signal && StopSignals.IsOne(signal) ? signal : throw new FormatException($"'{SafeText.Text(signal)}' is no signal of Linux") };
                break;
            case "CMD":
                run = run with { Command = CommandLine(rest) };
                break;
            case "ENTRYPOINT":
                run = run with { EntryPoint = CommandLine(rest) };
                break;
            case "SHELL":
                run = run with { Shell = DockerfileWords.Json(rest) is { Count: > 0 } shell ? shell : throw new FormatException("it is a list, SHELL [\"/bin/sh\", \"-c\"]") };
                break;
            case "HEALTHCHECK":
                run = run with { HealthCheck = HealthCheckReader.Read(flags, rest) };
                break;
            case "MAINTAINER":
                run = run with { Author = One(rest) };
                break;
            case "ONBUILD":
                triggers.Add(Trigger(instruction, rest));
                break;
            default:
                break;
        }
    }

    private void SetEnvironment(string name, string value)
    {
        variables[name] = value;
        var at = environment.FindIndex(line => line.StartsWith(name + "=", StringComparison.Ordinal));
        if (at < 0)
        {
            environment.Add($"{name}={value}");
        }
        else
        {
            environment[at] = $"{name}={value}";
        }
    }

    // All of an instruction see the variables as they were before it.
    private List<(string Name, string Value)> Pairs(string rest) =>
        [.. DockerfileWords.Pairs(rest, file.Escape).Select(pair => (Expand(pair.Name), Expand(pair.Value)))];

    // A value from outside wins over one that is written, and that over one from before the first stage.
    private void Declare(DockerfileInstruction instruction)
    {
        foreach (var (name, value) in Arguments(instruction, file.Escape))
        {
            var found = from.Given.GetValueOrDefault(name) ?? (value is null ? from.Arguments.GetValueOrDefault(name) : Expand(value));
            if (found is not null)
            {
                variables[name] = found;
            }
        }
    }

    private static IEnumerable<(string Name, string? Value)> Arguments(DockerfileInstruction instruction, char escape) =>
        Some(DockerfileWords.Quoted(DockerfileWords.Flags(instruction.Arguments, escape).Tail, escape)).Select(word => word.IndexOf('=', StringComparison.Ordinal) switch
        {
            < 0 => (Name(word, escape), null),
            0 => throw new FormatException("a name is empty"),
            var equals => (Name(word[..equals], escape), (string?)word[(equals + 1)..]),
        });

    // Whether variables in it are replaced differs between versions of BuildKit.
    private static string Name(string name, char escape) => name.Any(letter => letter is '"' or '\'' or '$' || letter == escape)
        ? throw new FormatException($"'{SafeText.Text(name)}' is no name of a variable") : name;

    private void Enter(string path, DockerfileInstruction instruction)
    {
        var current = run.WorkingDirectory ?? "/";
        var folder = path.Length == 0 ? current : path[0] == '/' ? path : Join(current, path);
        run = run with { WorkingDirectory = folder == "/" ? null : folder };
        if (folder != "/")
        {
            folders.Add(new WorkingFolder(folder, run.User, file.PlaceOf(instruction)));
        }
    }

    // An absolute path stays as it is written; a joined one loses its dots and its doubled slashes.
    private static string Join(string folder, string path)
    {
        var parts = new List<string>();
        foreach (var part in $"{folder}/{path}".Split('/').Where(part => part is not ("" or ".")))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return "/" + string.Join('/', parts);
    }

    private IReadOnlyList<string> CommandLine(string rest) => DockerfileWords.Json(rest) ?? [.. run.Shell.Count > 0 ? run.Shell : DefaultShell, rest];

    private string Trigger(DockerfileInstruction instruction, string rest)
    {
        var word = Some(DockerfileWords.Plain(rest))[0].ToUpperInvariant();
        if (word is "ONBUILD" or "FROM" or "MAINTAINER")
        {
            throw new FormatException($"{word} cannot be what a later build does");
        }

        // What Docker keeps is the line as it is written, the blanks at its end included.
        var tail = file.Lines[instruction.Line + instruction.Count - 2 - instruction.Heredocs.Count(letter => letter == '\n')];
        return rest + tail[tail.TrimEnd().Length..] + instruction.Heredocs;
    }

    private string Expand(string word) => DockerfileLexer.Expand(word, file.Escape, variables.GetValueOrDefault);

    private static string Volume(string path) => path.Length > 0 ? path : throw new FormatException("a volume has no name");

    private static string One(string rest) => rest.Length > 0 ? rest : throw new FormatException("it needs a value");

    private static IReadOnlyList<string> Some(IReadOnlyList<string> words) => words.Count > 0 ? words : throw new FormatException("it needs a value");
}
