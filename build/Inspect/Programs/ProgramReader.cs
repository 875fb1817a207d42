using BusyboxGlibc.Configuration;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Programs;

/// <summary>Reads the programs that the image is built for; everything that is wrong with any of them is reported in one error.</summary>
/// <param name="folder">The folder that relative paths are relative to.</param>
/// <param name="platforms">The platforms of the run.</param>
/// <param name="where">Where the paths were written, for an error.</param>
internal sealed class ProgramReader(string folder, IReadOnlyList<Platform> platforms, string where)
{
    private readonly List<string> _problems = [];
    private readonly SortedSet<string> _advice = new(StringComparer.Ordinal);

    /// <summary>Reads the programs of the options.</summary>
    /// <exception cref="BuildException">One of them cannot be used, or there is none for an image of programs alone.</exception>
    public static IReadOnlyList<GivenProgram> Read(ProgramOptions options, string folder, IReadOnlyList<Platform> platforms)
    {
        if (options.Only && options.With.Count + options.Inside.Count == 0)
        {
            throw new ConfigurationException(
                "there is no program to build the image for", options.OnlyWhere, "--only-binary makes an image of only what a program needs",
                "name the program: --only-binary --program=out/{platform}/prog, or --with-binary=… if it is added later");
        }

        var inside = new ProgramReader(folder, platforms, options.InsideWhere).Read(options.Inside, isOnAll: true);
        var with = new ProgramReader(folder, platforms, options.WithWhere).Read([.. options.With.Except(options.Inside, StringComparer.Ordinal)], isOnAll: options.Only && options.Inside.Count == 0);
        return [.. inside.Select(program => program with { IsInside = true }), .. with];
    }

    /// <summary>Reads the programs.</summary>
    /// <param name="paths">Their paths, as written.</param>
    /// <param name="isOnAll">Whether each must be there for every platform of the run.</param>
    /// <exception cref="BuildException">One of them cannot be used.</exception>
    public IReadOnlyList<GivenProgram> Read(IReadOnlyList<string> paths, bool isOnAll)
    {
        List<GivenProgram> programs = [.. paths.Distinct(StringComparer.Ordinal).Select(Read)];
        if (_problems.Count == 0)
        {
            CheckNames(programs);
            CheckPlatforms(programs, isOnAll);
        }

        return _problems.Count == 0 ? programs : throw new BuildException(
            _problems.Count == 1 ? "a program cannot be used" : $"{Plural.Count(_problems.Count, "problem")} with programs", where, string.Join('\n', _problems),
            _advice.Count == 0 ? null : string.Join('\n', _advice));
    }

    private GivenProgram Read(string path)
    {
        var files = new Dictionary<Platform, ProgramFiles>();
        if (ProgramPaths.Unknown(path) is { } unknown)
        {
            Refuse($"{path}: {unknown} is not a placeholder", "the placeholders are {platform}, {os}, {arch} and {variant}");
        }
        else if (ProgramPaths.IsForEach(path))
        {
            foreach (var platform in platforms)
            {
                ReadOn(platform, path, files);
            }
        }
        else
        {
            var input = Open(path, path);
            var sorted = Sort(input);
            foreach (var platform in platforms.Where(platform => sorted.Any(file => file.Platform == platform)))
            {
                files.Add(platform, Of(input, sorted, platform));
            }

            var others = sorted.Select(file => file.Platform).OfType<Platform>().Distinct().ToList();
            if (files.Count == 0 && others.Count > 0)
            {
                Refuse($"{path} is for {string.Join(", ", others)}, which the image is not built for", $"build that platform: --platforms={string.Join(',', others.Select(other => other.Name))}");
            }
            else if (others.Count == 0 && _problems.Count == 0)
            {
                // Scripts are for every platform.
                platforms.ToList().ForEach(platform => files.Add(platform, new ProgramFiles(input, [])));
            }
        }

        return new GivenProgram(ProgramPaths.NameOf(path), path, files);
    }

    private void ReadOn(Platform platform, string path, Dictionary<Platform, ProgramFiles> files)
    {
        var places = ProgramPaths.Of(path, platform);
        if (places.FirstOrDefault(Exists) is not { } found)
        {
            var present = platforms.Where(other => ProgramPaths.Of(path, other).Any(Exists)).Select(other => other.Name).ToList();
            Refuse($"{platform}: there is no {string.Join(", nor ", places)}", present.Count == 0 ? null : $"build it for every platform, or leave platforms out: --platforms={string.Join(',', present)}");
            return;
        }

        var input = Open(found, path);
        var sorted = Sort(input);
        if (sorted.Count > 0 && sorted.TrueForAll(file => file.Platform is not null && file.Platform != platform))
        {
            Refuse($"{platform}: {found} is for {string.Join(", ", sorted.Select(file => file.Platform!.Name).Distinct())}", "copy each platform's own program to its place");
        }

        files.Add(platform, Of(input, sorted, platform));
    }

    private bool Exists(string path) => Path.Exists(Path.GetFullPath(path, folder));

    private GivenInput Open(string found, string path)
    {
        var input = GivenReader.Read(found, folder, default, ProgramPaths.NameOf(path));
        foreach (var file in input.Files.Where(file => file.Problem is not null))
        {
            Refuse($"{file.Shown} {file.Problem!.What}", file.Problem.Next);
        }

        return input;
    }

    // Scripts have no platform. What is wrong with a file of a folder counts only if the image would have it.
    private List<(GivenFile File, ElfFile? Elf, Platform? Platform)> Sort(GivenInput input)
    {
        var sorted = new List<(GivenFile File, ElfFile? Elf, Platform? Platform)>();
        foreach (var file in input.Files.Where(file => file.Problem is null))
        {
            if (!ElfFile.IsElf(file.Content))
            {
                sorted.Add((file, null, null));
                continue;
            }

            var (elf, platform, problem) = BinaryKind.Read(file);
            problem ??= BinaryKind.WrongLibc(elf!);
            if (problem is not null && !(input.Files.Count > 1 && problem.Id is "object-file" or "core-dump"))
            {
                Refuse($"{file.Shown} {problem.What}", problem.Next);
            }
            else if (problem is null)
            {
                sorted.Add((file, elf, platform));
            }
        }

        return sorted;
    }

    private static ProgramFiles Of(GivenInput input, List<(GivenFile File, ElfFile? Elf, Platform? Platform)> sorted, Platform platform)
    {
        var files = sorted.FindAll(file => file.Platform is null || file.Platform == platform);
        return new ProgramFiles(input with { Files = [.. files.Select(file => file.File)] }, [.. files.Select(file => file.Elf).OfType<ElfFile>()]);
    }

    private void CheckNames(List<GivenProgram> programs)
    {
        foreach (var group in programs.GroupBy(program => program.Name, StringComparer.Ordinal))
        {
            var twice = group.SelectMany(program => program.Files.Keys).GroupBy(platform => platform).Where(on => on.Count() > 1).Select(on => on.Key.Name).ToList();
            if (twice.Count > 0)
            {
                Refuse($"{string.Join(" and ", group.Select(program => program.Path))} have the same name, {group.Key}, on {string.Join(", ", twice)}", "rename one of them, or give the folder that has both");
            }
        }
    }

    private void CheckPlatforms(List<GivenProgram> programs, bool isOnAll)
    {
        foreach (var group in programs.GroupBy(program => program.Name, StringComparer.Ordinal).Where(_ => isOnAll))
        {
            var has = group.SelectMany(program => program.Files.Keys).ToHashSet();
            if (platforms.Where(platform => !has.Contains(platform)).ToList() is { Count: > 0 } lacking)
            {
                Refuse(
                    $"{string.Join(" and ", group.Select(program => program.Path))} is for {string.Join(", ", platforms.Where(has.Contains))}, and the image for {string.Join(", ", lacking)} too",
                    $"give one for each platform, as in out/{{platform}}/{group.Key}, or build the others only: --platforms={string.Join(',', platforms.Where(has.Contains).Select(platform => platform.Name))}");
            }
        }
    }

    private void Refuse(string problem, string? advice)
    {
        _problems.Add(problem);
        if (advice is not null)
        {
            _advice.Add(advice);
        }
    }
}
