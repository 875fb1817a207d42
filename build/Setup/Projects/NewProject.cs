using System.Buffers;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Programs;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Setup.Projects;

/// <summary>Makes the folder of an image: from programs with what they need, or as the program's own.</summary>
/// <param name="inputs">The programs and platforms.</param>
public sealed class NewProject(BuildInputs inputs)
{
    private const string Ignored = ".gitignore";
    private const string Lock = "image.lock.json";
    private static readonly SearchValues<char> _odd = SearchValues.Create("=,;\"'\r\n");
    private static readonly string[] _targetWords = ["--target", "-t"];

    /// <summary>Whether a command line asks for it: then the project does not have to exist.</summary>
    /// <param name="words">The words of the command line.</param>
    internal static bool IsAsked(IReadOnlyList<string> words) => words.Index().Any(word =>
        word.Item.Equals("--target=New", StringComparison.OrdinalIgnoreCase)
        || (_targetWords.Contains(word.Item, StringComparer.OrdinalIgnoreCase) && word.Index + 1 < words.Count && words[word.Index + 1].Equals("New", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Writes the files.</summary>
    /// <returns>What was made, and what to do next.</returns>
    /// <exception cref="BuildException">The folder is a project already, a program cannot be used, or a file cannot be written; nothing is left behind.</exception>
    internal IReadOnlyList<string> Create()
    {
        var folders = inputs.Folders;
        if (new[] { ProjectFolders.Marker, ProjectFolders.Settings, Lock }.Where(name => Path.Exists(Path.Combine(folders.Project, name))).ToList() is { Count: > 0 } present)
        {
            throw new BuildException(
                $"{folders.Project} is the folder of an image already", $"argument --{ProjectFolders.Argument}", $"it has {string.Join(", ", present)}", $"build it: ./build.sh, or name another folder: --{ProjectFolders.Argument}=DIR");
        }

        var programs = ReadPrograms();
        IReadOnlyList<Platform> platforms = programs.Count == 0 ? inputs.Options.Image.Platforms : [.. inputs.Options.Image.Platforms.Where(platform => programs.All(program => program.Files.ContainsKey(platform)))];
        if (platforms.Count == 0)
        {
            throw new BuildException("the programs have no platform in common", $"argument {OptionTable.Binary}", string.Join('\n', programs.Select(program => $"{program.Path} is for {string.Join(", ", program.Files.Keys)}")), "make a project for each");
        }

        Write(
        [
            (ProjectFolders.Marker, programs.Count == 0 ? ReadOwn(ProjectFolders.Marker) : LinesOf(programs, platforms)),
            (ProjectFolders.Settings, SettingsOf(programs, platforms)),
            .. File.Exists(OwnLock) ? new[] { (Lock, File.ReadAllText(OwnLock)) } : [],
            .. Path.Exists(Path.Combine(folders.Project, Ignored)) ? [] : new[] { (Ignored, "/artifacts/\n") },
        ]);
        return
        [
            $"made: {string.Join(", ", Shown(ProjectFolders.Marker), ProjectFolders.Settings)}, for {string.Join(", ", platforms)}",
            .. programs.Select(program => $"program: {SafeText.Text(program.Path)}, {Plural.Count(NeedsOf(program).Count, "library")}"),
            $"next: {Command} builds the image; then {Command} --target=SmokeTest",
            .. programs.Count == 0 ? [$"to start from a program: --target=New --{OptionTable.Binary.Argument}=PROGRAM"] : Array.Empty<string>(),
        ];
    }

    private string Command => inputs.Folders.Started == inputs.Folders.Project || Environment.GetCommandLineArgs().Any(word => word.StartsWith($"--{ProjectFolders.Argument}", StringComparison.OrdinalIgnoreCase))
        ? "./build.sh" : $"./build.sh --{ProjectFolders.Argument}={Shown(string.Empty)}";

    private string Shown(string name) => Path.GetRelativePath(inputs.Folders.Started, Path.Combine(inputs.Folders.Project, name));

    private IReadOnlyList<GivenProgram> ReadPrograms()
    {
        var (paths, folder) = (inputs.Options.Inspect.Binaries, inputs.Folders.Project);
        if (paths.FirstOrDefault(path => path.AsSpan().ContainsAny(_odd)) is { } odd)
        {
            throw new BuildException($"the path of a program cannot be written to cake.config: {SafeText.Text(odd)}", $"argument {OptionTable.Binary}", "it has a character with a meaning there", "rename the file, or name it through a link");
        }

        // A path for each platform names those that it is there for.
        IReadOnlyList<Platform> there = [.. inputs.Options.Image.Platforms.Where(platform => paths.All(path =>
            !ProgramPaths.IsForEach(path) || ProgramPaths.Of(path, platform).Any(place => Path.Exists(Path.GetFullPath(place, folder)))))];
        return new ProgramReader(folder, there.Count == 0 ? inputs.Options.Image.Platforms : there, $"argument {OptionTable.Binary}").Read(paths, isOnAll: false);
    }

    private static IReadOnlyList<string> NeedsOf(GivenProgram program) =>
        [.. program.Files.Values.SelectMany(files => files.Needs).Where(name => name.StartsWith("lib", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    // Each library with the platforms that need it, unless all do. The loader comes with libc.
    private static string LinesOf(IReadOnlyList<GivenProgram> programs, IReadOnlyList<Platform> platforms)
    {
        var lines = new SortedDictionary<string, List<Platform>>(StringComparer.Ordinal) { ["libc.so.6"] = [.. platforms] };
        foreach (var platform in platforms)
        {
            foreach (var name in programs.SelectMany(program => program.Files[platform].Needs).Where(name => name.StartsWith("lib", StringComparison.Ordinal) && name.Contains(".so", StringComparison.Ordinal)))
            {
                var on = lines.TryGetValue(name, out var known) ? known : lines[name] = [];
                if (!on.Contains(platform))
                {
                    on.Add(platform);
                }
            }
        }

        var text = $"""
            # The libraries of the image, one a line; everything they need comes along by itself. These are the ones
            # that {SafeText.Text(string.Join(", ", programs.Select(program => program.Name)))} names; what it loads while it runs, such as plug-ins, goes here too:
            #
            #   ./build.sh --target=FindLibrary --name=NAME     the line of a library, and what it adds
            #   ./build.sh --target=CheckBinary --binary=PATH   what a program needs that the image lacks; --add writes the lines

            """.ReplaceLineEndings("\n") + "\n" + string.Concat(lines.Select(line => $"{line.Key}{(line.Value.Count == platforms.Count ? string.Empty : $" [{string.Join(' ', line.Value)}]")}\n"));
        RequirementFile.Parse(text, ProjectFolders.Marker, platforms);
        return text;
    }

    private string SettingsOf(IReadOnlyList<GivenProgram> programs, IReadOnlyList<Platform> platforms)
    {
        var text = ReadOwn(ProjectFolders.Settings);
        var settings = new List<(Option Option, string Value)>();
        if (NameOf(Path.GetFileName(inputs.Folders.Project)) is { Length: > 0 } name)
        {
            settings.Add((OptionTable.Repository, name));
        }

        if (programs.Count > 0)
        {
            settings.Add((OptionTable.Program, string.Join(',', programs.Select(program => program.Path))));
        }

        if (!platforms.SequenceEqual(KnownPlatforms.Default))
        {
            settings.Add((OptionTable.Platforms, string.Join(',', platforms)));
        }

        // A folder or an archive does not say what to start.
        if (programs is [{ Files: var files }, ..] && files.Values.Select(file => file.Input.Files is [{ Path: var path }] ? path : null).Distinct(StringComparer.Ordinal).ToList() is [{ } start])
        {
            settings.Add((OptionTable.Entrypoint, start));
        }

        return settings.Aggregate(text, (current, setting) => ConfigText.Set(current, setting.Option, setting.Value));
    }

    /// <summary>The image's name after its folder, as an image's name is written: small letters and digits, with a hyphen for anything else; empty if nothing is left.</summary>
    internal static string NameOf(string folder) =>
        string.Join('-', string.Concat(folder.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private string OwnLock => Path.Combine(inputs.Folders.Tool, Lock);

    private string ReadOwn(string name) => TextFile.Read(Path.Combine(inputs.Folders.Tool, name), name) ?? string.Empty;

    private void Write(IReadOnlyList<(string Name, string Text)> files)
    {
        var folder = inputs.Folders.Project;
        var isNew = !Directory.Exists(folder);
        var written = new List<string>();
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var (name, text) in files)
            {
                AtomicFile.WriteText(Path.Combine(folder, name), text);
                written.Add(Path.Combine(folder, name));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or BuildException)
        {
            written.ForEach(File.Delete);
            if (isNew && Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: false);
            }

            throw error as BuildException ?? AtomicFile.Refused(folder, error);
        }
    }
}
