using System.Text.RegularExpressions;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Image;

/// <summary>
/// The settings of <c>[Image]</c> applied to an image, after an engine has made it: so both engines give the same bytes. What Dockerfile.run says takes
/// precedence, except over a setting that this run alone makes; the command of the shipped file counts as unsaid. Ports and volumes add up.
/// </summary>
public sealed partial class ConfiguredRun
{
    private readonly RunSettings _settings;
    private readonly IReadOnlyList<string> _ports;
    private readonly bool _hasShell;

    private readonly ConfiguredRun? _image;

    private ConfiguredRun(RunSettings settings, IReadOnlyList<string> ports, bool hasShell, ConfiguredRun? image) => (_settings, _ports, _hasShell, _image) = (settings, ports, hasShell, image);

    /// <summary>No settings.</summary>
    internal static ConfiguredRun None { get; } = new(RunSettings.None, [], hasShell: true, null);

    /// <summary>The settings as text, a part of the layout's inputs.</summary>
    internal string Key => _image is null ? _settings.Key : $"{_image.Key}\n{_settings.Key}";

    /// <summary>Checks what does not depend on the image.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="hasShell">Whether the image has a shell, which is then its command.</param>
    /// <param name="image">For a variant, the settings of the image, which are applied first.</param>
    /// <exception cref="ConfigurationException">A port or the signal is malformed.</exception>
    internal static ConfiguredRun Of(RunSettings settings, bool hasShell = true, ConfiguredRun? image = null)
    {
        if (settings.StopSignal is { } signal && !StopSignals.IsOne(signal.Value))
        {
            var near = Nearest.Names(signal.Value, StopSignals.Names, 1);
            throw new ConfigurationException(
                $"{OptionTable.StopSignal.Name} is not a Linux signal: {ValueList.Show(signal.Value)}", signal.Where, next: near.Count == 0 ? "write a name such as SIGINT, or a number" : $"did you mean {near[0]}?");
        }

        try
        {
            return new ConfiguredRun(settings, [.. settings.Ports?.Value.SelectMany(ExposedPorts.Of) ?? []], hasShell, image);
        }
        catch (FormatException error)
        {
            throw new ConfigurationException($"{OptionTable.Ports.Name} cannot be read", settings.Ports!.Where, error.Message, "write ports such as 80, 53/udp or 8000-8010/tcp");
        }
    }

    /// <summary>How a container is started.</summary>
    /// <param name="run">What the engine made of Dockerfile.run.</param>
    /// <param name="own">The environment that the build itself sets, <c>NAME=value</c>.</param>
    internal ImageRunConfig Apply(ImageRunConfig run, IReadOnlyList<string> own)
    {
        run = _image?.Apply(WithOwn(run, own), own) ?? run;
        var entryPoint = Chosen(_settings.EntryPoint, run.EntryPoint.Count > 0);
        var isShell = run.Command.SequenceEqual(ImageSpec.Command);
        return run with
        {
            User = Chosen(_settings.User, run.User is not null) ?? run.User,
            WorkingDirectory = Chosen(_settings.WorkingDirectory, run.WorkingDirectory is not null) is { } folder ? folder == "/" ? null : folder : run.WorkingDirectory,
            StopSignal = Chosen(_settings.StopSignal, run.StopSignal is not null) ?? run.StopSignal,
            Environment = EnvironmentOf(run.Environment, own),
            ExposedPorts = [.. run.ExposedPorts.Union(_ports).Order(StringComparer.Ordinal)],
            Volumes = [.. run.Volumes.Union(_settings.Volumes?.Value ?? []).Order(StringComparer.Ordinal)],
            EntryPoint = entryPoint ?? run.EntryPoint,
            // The shell is no argument of an entry point, and no command where there is none.
            Command = Chosen(_settings.Command, !isShell) ?? (isShell && (entryPoint is { Count: > 0 } || !_hasShell) ? [] : run.Command),
        };
    }

    /// <summary>The labels of an image.</summary>
    /// <param name="own">Those of the build.</param>
    /// <param name="said">Those that the engine made of Dockerfile.run and of the build's, or null.</param>
    internal IReadOnlyDictionary<string, string> LabelsOf(IReadOnlyDictionary<string, string> own, IReadOnlyDictionary<string, string>? said)
    {
        var labels = new SortedDictionary<string, string>(own.ToDictionary(), StringComparer.Ordinal);
        foreach (var (key, value) in _image?.LabelsOf(own, said) ?? said ?? OciJson.NoAnnotations)
        {
            labels[key] = value;
        }

        foreach (var (key, value) in _settings.Labels?.Value ?? [])
        {
            if (_settings.Labels!.IsOfRun || !labels.TryGetValue(key, out var known) || own.GetValueOrDefault(key) == known)
            {
                labels[key] = value;
            }
        }

        return labels;
    }

    /// <summary>The annotations that the labels add to the index: those that the build does not set itself, because tags are derived from these.</summary>
    /// <param name="own">The annotations of the build.</param>
    /// <param name="labels">The labels of the first image.</param>
    internal IEnumerable<KeyValuePair<string, string>> AnnotationsOf(IReadOnlyDictionary<string, string> own, IReadOnlyDictionary<string, string> labels) =>
        (_settings.Labels?.Value ?? []).Where(label => !own.ContainsKey(label.Name)).Select(label => KeyValuePair.Create(label.Name, labels[label.Name])).UnionBy(_image?.AnnotationsOf(own, labels) ?? [], pair => pair.Key);

    /// <summary>Creates the working directory that a setting names; for a variant, that of its own setting.</summary>
    /// <param name="tree">The root file system.</param>
    /// <param name="run">What the engine made of Dockerfile.run, which has created its own.</param>
    /// <exception cref="DockerfileException">Something other than a folder exists there.</exception>
    internal void AddFolder(RootfsTree tree, ImageRunConfig run)
    {
        if (Chosen(_settings.WorkingDirectory, run.WorkingDirectory is not null) is { } folder)
        {
            WorkingFolders.Add(tree, [new WorkingFolder(folder, Chosen(_settings.User, run.User is not null) ?? run.User, _settings.WorkingDirectory!.Where)]);
        }
    }

    /// <summary>Checks that the settings fit the image; those of Dockerfile.run are Verify's.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="whole">Its finished root file system.</param>
    /// <param name="run">How a container is started.</param>
    /// <param name="programs">Paths of the user's programs in the image, to suggest.</param>
    /// <exception cref="BuildException">One does not.</exception>
    internal void Check(Platform platform, RootfsTree whole, ImageRunConfig run, IEnumerable<string> programs)
    {
        foreach (var fault in RunRules.Find(whole, run))
        {
            var (name, where, isOurs) = fault.Kind switch
            {
                RunSettingKind.User => (OptionTable.User.Name, _settings.User?.Where, run.User == _settings.User?.Value),
                RunSettingKind.WorkingDirectory => (OptionTable.WorkingDirectory.Name, _settings.WorkingDirectory?.Where, run.WorkingDirectory == _settings.WorkingDirectory?.Value),
                _ => (OptionTable.Volumes.Name, _settings.Volumes?.Where, _settings.Volumes?.Value.Any(path => whole.Resolve(path) == fault.Path) == true),
            };
            if (isOurs && where is not null)
            {
                throw new BuildException($"{name} does not fit the image ({platform})", where, $"/{fault.Path} {fault.What}", fault.Next);
            }
        }

        CheckProgram(platform, whole, run, _settings.EntryPoint, run.EntryPoint, "entry point", programs);
        if (run.EntryPoint.Count == 0)
        {
            CheckProgram(platform, whole, run, _settings.Command, run.Command, "command", programs);
        }
    }

    /// <summary>One line for each setting of cake.config that has no effect because Dockerfile.run says something else.</summary>
    /// <param name="dockerfile">Dockerfile.run.</param>
    /// <param name="run">What it says, with the build's own environment.</param>
    /// <param name="labels">The labels it sets.</param>
    /// <param name="own">The environment that the build itself sets.</param>
    internal IEnumerable<string> WithoutEffect(RunDockerfile dockerfile, ImageRunConfig run, IReadOnlyDictionary<string, string> labels, IReadOnlyList<string> own)
    {
        (Option Option, string Instruction, string Where, string? Name)[] all =
        [
            .. Unused(OptionTable.User, "USER", _settings.User, run.User is not null),
            .. Unused(OptionTable.WorkingDirectory, "WORKDIR", _settings.WorkingDirectory, run.WorkingDirectory is not null),
            .. Unused(OptionTable.StopSignal, "STOPSIGNAL", _settings.StopSignal, run.StopSignal is not null),
            .. Unused(OptionTable.Entrypoint, "ENTRYPOINT", _settings.EntryPoint, run.EntryPoint.Count > 0),
            .. Unused(OptionTable.Cmd, "CMD", _settings.Command, !run.Command.SequenceEqual(ImageSpec.Command)),
            .. (_settings.Environment?.Value ?? []).Where(pair => IsSaid(run.Environment, own, pair.Name)).SelectMany(pair => Unused(OptionTable.Env, "ENV", _settings.Environment, true, pair.Name)),
            .. (_settings.Labels?.Value ?? []).Where(pair => labels.ContainsKey(pair.Name)).SelectMany(pair => Unused(OptionTable.Labels, "LABEL", _settings.Labels, true, pair.Name)),
        ];
        return all.Select(one =>
            $"{one.Where}: {one.Option.Name}{(one.Name is null ? string.Empty : $" {one.Name}")} has no effect, because of {one.Instruction} in {dockerfile.Text.PlaceOf(dockerfile.Stage.LastOrDefault(instruction => instruction.Name == one.Instruction))}; --{one.Option.Argument}= has precedence over both");
    }

    // What the build sets for a variant, and not for the image, at the place that it has in the environment of the build.
    private static ImageRunConfig WithOwn(ImageRunConfig run, IReadOnlyList<string> own)
    {
        List<string> environment = [.. run.Environment];
        foreach (var (index, line) in own.Index().Where(pair => !environment.Exists(known => IsOf(known, pair.Item.Split('=')[0]))))
        {
            environment.Insert(Math.Min(index, environment.Count), line);
        }

        return run with { Environment = environment };
    }

    private static IEnumerable<(Option, string, string, string?)> Unused<T>(Option option, string instruction, RunSetting<T>? setting, bool isSaid, string? name = null) =>
        setting is { IsOfRun: false } && isSaid ? [(option, instruction, setting.Where, name)] : [];

    private static T? Chosen<T>(RunSetting<T>? setting, bool isSaid)
        where T : class => setting is null || (isSaid && !setting.IsOfRun) ? null : setting.Value;

    private List<string> EnvironmentOf(IReadOnlyList<string> said, IReadOnlyList<string> own)
    {
        List<string> environment = [.. said];
        foreach (var (name, value) in _settings.Environment?.Value ?? [])
        {
            if (IsSaid(said, own, name) && !_settings.Environment!.IsOfRun)
            {
                continue;
            }

            var line = $"{name}={Expand(value, environment)}";
            var at = environment.FindIndex(known => IsOf(known, name));
            if (at < 0)
            {
                environment.Add(line);
            }
            else
            {
                environment[at] = line;
            }
        }

        return environment;
    }

    private static bool IsSaid(IEnumerable<string> said, IEnumerable<string> own, string name) => said.FirstOrDefault(line => IsOf(line, name)) is { } found && !own.Contains(found);

    private static bool IsOf(string line, string name) => line.StartsWith(name + "=", StringComparison.Ordinal);

    // As in ENV, but only for variables that exist: all other text stays as written.
    private static string Expand(string value, List<string> environment) => VariablePattern().Replace(value, match =>
        (match.Groups[1].Success ? match.Groups[1] : match.Groups[2]).Value is var name && environment.Find(line => IsOf(line, name)) is { } found ? found[(name.Length + 1)..] : match.Value);

    [GeneratedRegex(@"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))", RegexOptions.CultureInvariant)]
    private static partial Regex VariablePattern();

    private static void CheckProgram(
        Platform platform, RootfsTree whole, ImageRunConfig run, RunSetting<IReadOnlyList<string>>? setting, IReadOnlyList<string> words, string what, IEnumerable<string> programs)
    {
        if (setting is null or { Value.Count: 0 } || !words.SequenceEqual(setting.Value) || Places(words[0], run).Any(place => IsProgram(whole, place)))
        {
            return;
        }

        var name = RootfsPath.Name(words[0]);
        var alike = whole.Entries.Where(entry => entry.Type == RootfsEntryType.File && RootfsPath.Name(entry.Path) == name).Select(entry => entry.Path)
            .Concat(programs.Where(path => !path.Contains(".so", StringComparison.Ordinal))).Where(path => IsProgram(whole, path)).Distinct().Take(3).Select(path => "/" + path).ToList();
        throw new BuildException(
            $"the {what} {SafeText.Text(words[0])} is not a program of the image ({platform})",
            setting.Where,
            words[0].Contains('/', StringComparison.Ordinal) ? whole.Resolve(words[0]) is null ? "there is no such file" : "it is a folder, or not executable" : "no folder of PATH has it",
            alike.Count == 0 ? "name a program by its path in the image; --program=PATH adds one" : $"did you mean {string.Join(" or ", alike)}?");
    }

    private static IEnumerable<string> Places(string program, ImageRunConfig run) => program.StartsWith('/') ? [program]
        : program.Contains('/', StringComparison.Ordinal) ? [$"{run.WorkingDirectory}/{program}"]
        : (run.Environment.LastOrDefault(line => line.StartsWith("PATH=", StringComparison.Ordinal)) ?? ImageSpec.SearchPath)[5..].Split(':').Select(folder => $"{folder}/{program}");

    private static bool IsProgram(RootfsTree tree, string path) =>
        tree.Resolve(path) is { } found && tree.TryGet(found, out var file) && file.Type == RootfsEntryType.File && (file.Mode & FilePermissions.Octal111) == FilePermissions.Octal111;
}
