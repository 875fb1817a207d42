using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>
/// Interprets the settings of the image's stage as BuildKit does, so that both engines produce the same configuration. BuildKit determines which
/// settings replace variables, and in which order; tests compare the two with a real engine.
/// </summary>
internal sealed class SettingsReader
{
    private static readonly IReadOnlyList<string> _defaultShell = ["/bin/sh", "-c"];

    private readonly DockerfileText _file;
    private readonly SettingsBase _from;
    private readonly List<string> _environment = [];
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _ports = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _volumes = new(StringComparer.Ordinal);
    private readonly List<string> _triggers = [];
    private readonly List<WorkingFolder> _folders = [];
    private ImageRunConfig _run = new([], []);

    private SettingsReader(DockerfileText file, SettingsBase from) => (_file, _from) = (file, from);

    /// <summary>Reads the image's stage. Instructions that create files are skipped.</summary>
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
            reader._run with { Environment = reader._environment, ExposedPorts = [.. reader._ports], Volumes = [.. reader._volumes], OnBuild = reader._triggers }, reader._labels, reader._folders);
    }

    /// <summary>Adds the values of the <c>ARG</c> lines before the first stage to the existing values.</summary>
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
        foreach (var line in _from.Environment)
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            SetEnvironment(line[..equals], line[(equals + 1)..]);
        }

        foreach (var (key, value) in _from.Labels)
        {
            _labels[key] = value;
        }
    }

    private void TryTake(DockerfileInstruction instruction) => Guard(_file, instruction, () => Take(instruction));

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
        var (flags, rest) = DockerfileWords.Flags(instruction.Arguments, _file.Escape);
        if (flags.Count > 0 && instruction.Name is not ("HEALTHCHECK" or "RUN" or "COPY" or "ADD" or "ARG" or "STOPSIGNAL"))
        {
            throw new FormatException($"it does not accept the flag {SafeText.Text(flags[0])}");
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
                    _labels[name] = value;
                }

                break;
            case "ARG":
                Declare(instruction);
                break;
            case "USER":
                _run = _run with { User = Expand(One(rest)) is { Length: > 0 } user ? user : null };
                break;
            case "WORKDIR":
                Enter(Expand(One(rest)), instruction);
                break;
            case "EXPOSE":
                _ports.UnionWith(Some(DockerfileWords.Plain(rest)).SelectMany(word => DockerfileLexer.ExpandWords(word, _file.Escape, _variables.GetValueOrDefault)).SelectMany(ExposedPorts.Of));
                break;
            case "VOLUME":
                _volumes.UnionWith(Some(DockerfileWords.Json(rest) ?? DockerfileWords.Plain(rest)).Select(volume => Volume(Expand(volume.Trim()))));
                break;
            case "STOPSIGNAL":
                _run = _run with { StopSignal = Expand(One(rest)) is var signal && StopSignals.IsOne(signal) ? signal : throw new FormatException($"'{SafeText.Text(signal)}' is not a Linux signal") };
                break;
            case "CMD":
                _run = _run with { Command = CommandLine(rest) };
                break;
            case "ENTRYPOINT":
                _run = _run with { EntryPoint = CommandLine(rest) };
                break;
            case "SHELL":
                _run = _run with { Shell = DockerfileWords.Json(rest) is { Count: > 0 } shell ? shell : throw new FormatException("write a list, SHELL [\"/bin/sh\", \"-c\"]") };
                break;
            case "HEALTHCHECK":
                _run = _run with { HealthCheck = HealthCheckReader.Read(flags, rest) };
                break;
            case "MAINTAINER":
                _run = _run with { Author = One(rest) };
                break;
            case "ONBUILD":
                _triggers.Add(Trigger(instruction, rest));
                break;
            default:
                break;
        }
    }

    private void SetEnvironment(string name, string value)
    {
        _variables[name] = value;
        var at = _environment.FindIndex(line => line.StartsWith(name + "=", StringComparison.Ordinal));
        if (at < 0)
        {
            _environment.Add($"{name}={value}");
        }
        else
        {
            _environment[at] = $"{name}={value}";
        }
    }

    // All pairs of an instruction use the variables' values from before it.
    private List<(string Name, string Value)> Pairs(string rest) =>
        [.. DockerfileWords.Pairs(rest, _file.Escape).Select(pair => (Expand(pair.Name), Expand(pair.Value)))];

    // A value from outside takes precedence over a written default, and that over a value from before the first stage.
    private void Declare(DockerfileInstruction instruction)
    {
        foreach (var (name, value) in Arguments(instruction, _file.Escape))
        {
            var found = _from.Given.GetValueOrDefault(name) ?? (value is null ? _from.Arguments.GetValueOrDefault(name) : Expand(value));
            if (found is not null)
            {
                _variables[name] = found;
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
        ? throw new FormatException($"'{SafeText.Text(name)}' is not a variable name") : name;

    private void Enter(string path, DockerfileInstruction instruction)
    {
        var current = _run.WorkingDirectory ?? "/";
        var folder = path.Length == 0 ? current : path[0] == '/' ? path : Join(current, path);
        _run = _run with { WorkingDirectory = folder == "/" ? null : folder };
        if (folder != "/")
        {
            _folders.Add(new WorkingFolder(folder, _run.User, _file.PlaceOf(instruction)));
        }
    }

    // An absolute path stays as written; a joined one is cleaned of dots and doubled slashes.
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

    private IReadOnlyList<string> CommandLine(string rest) => DockerfileWords.Json(rest) ?? [.. _run.Shell.Count > 0 ? _run.Shell : _defaultShell, rest];

    private string Trigger(DockerfileInstruction instruction, string rest)
    {
        var word = Some(DockerfileWords.Plain(rest))[0].ToUpperInvariant();
        if (word is "ONBUILD" or "FROM" or "MAINTAINER")
        {
            throw new FormatException($"{word} is not allowed in ONBUILD");
        }

        // Docker keeps the line as written, including trailing blanks.
        var tail = _file.Lines[instruction.Line + instruction.Count - 2 - instruction.Heredocs.Count(letter => letter == '\n')];
        return rest + tail[tail.TrimEnd().Length..] + instruction.Heredocs;
    }

    private string Expand(string word) => DockerfileLexer.Expand(word, _file.Escape, _variables.GetValueOrDefault);

    private static string Volume(string path) => path.Length > 0 ? path : throw new FormatException("a volume has no name");

    private static string One(string rest) => rest.Length > 0 ? rest : throw new FormatException("it needs a value");

    private static IReadOnlyList<string> Some(IReadOnlyList<string> words) => words.Count > 0 ? words : throw new FormatException("it needs a value");
}
