using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>
/// What the files of one input lack when the image's loader loads them. A library of the input that a program of it loads is checked together with that
/// program, whose RPATH applies to it.
/// </summary>
internal sealed class InputLinks
{
    private readonly GivenInput _input;
    private readonly ImageLibraries _image;
    private readonly LibraryPackages _packages;
    private readonly string _suite;
    private readonly Dictionary<string, ElfFile> _given;
    private readonly LibrarySearch _search;
    private readonly Dictionary<ElfFile, (IReadOnlyList<LinkProblem> Problems, IReadOnlyList<ElfFile> Objects)> _checks;
    private readonly HashSet<ElfFile> _loaded;
    private readonly HashSet<(string File, string What)> _told = [];

    /// <summary>Links all files of an input that are for one platform.</summary>
    /// <param name="input">The input.</param>
    /// <param name="image">The image's files for the platform.</param>
    /// <param name="files">The files.</param>
    /// <param name="packages">Finds the packages of missing libraries.</param>
    /// <param name="suite">The codename of the platform's suite.</param>
    public InputLinks(GivenInput input, ImageLibraries image, IReadOnlyList<(GivenFile File, ElfFile Elf)> files, LibraryPackages packages, string suite)
    {
        (_input, _image, _packages, _suite) = (input, image, packages, suite);
        _given = files.ToDictionary(file => file.File.Path, file => file.Elf, StringComparer.Ordinal);
        _search = image.Libraries.Searches(At)[0];
        var checker = new LinkChecker(_search.Find);
        _checks = files.Select(file => file.Elf).ToDictionary(elf => elf, checker.CheckAll);
        _loaded = new HashSet<ElfFile>(_checks.Values.SelectMany(check => check.Objects.Skip(1)), ReferenceEqualityComparer.Instance);
    }

    /// <summary>What a file lacks. What several files lack for the same reason is reported for the first of them.</summary>
    public async Task<IReadOnlyList<BinaryFinding>> FindingsAsync(ElfFile elf)
    {
        var findings = new List<BinaryFinding>();
        if (BinaryKind.WrongLibc(elf) is { } libc)
        {
            return [libc];
        }

        if (elf.Interpreter is { } loader && _image.Tree.Resolve(loader) is null)
        {
            findings.Add(new BinaryFinding("missing-loader", FindingWeight.Missing, $"asks for the loader {ElfText.Show(loader)}, which is not in the image") { Name = loader, Next = "link it with Debian's linker, or change it: patchelf --set-interpreter" });
        }

        if (elf.Interpreter is null && _loaded.Contains(elf))
        {
            return findings;
        }

        var (problems, objects) = _checks[elf];
        var missed = problems.Select(problem => problem.Library).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var problem in problems.Where(problem => !FollowsFrom(problem, missed) && _told.Add((problem.File, problem.What))))
        {
            var finding = problem.Library is { } library ? await LibraryAsync(elf, problem, library)
                : problem.Version is { } version ? Version(problem, version, objects)
                : problem.Symbol is { } symbol ? Symbol(elf, problem, symbol, objects)
                : new BinaryFinding("unanswerable", FindingWeight.Unanswered, problem.What);
            findings.Add(finding with { AskedBy = problem.NeededBy is null ? null : Shown(problem.File) });
        }

        findings.AddRange(await DlopenNotes.FindingsAsync(elf, name => _search.Find(name, new LoadedObject(elf, elf.Name, null)) is not null, name => _packages.FindAsync(name, PlatformOf(elf), Named(elf))));
        return findings;
    }

    // Whether a symbol is only undefined because a library is missing, or may be.
    private static bool FollowsFrom(LinkProblem problem, HashSet<string> missed) =>
        problem.Symbol is not null && missed.Count > 0 && (problem.Definer is null || missed.Contains(problem.Definer));

    private async Task<BinaryFinding> LibraryAsync(ElfFile elf, LinkProblem problem, string library)
    {
        var missing = new BinaryFinding("missing-library", FindingWeight.Missing, problem.What) { Name = library };
        if (_given.Values.FirstOrDefault(file => (file.Soname ?? Path.GetFileName(file.Name)) == library || Path.GetFileName(file.Name) == library) is { } beside)
        {
            return missing with
            {
                Id = "misplaced-library",
                What = $"needs {library}: {Shown(beside.Name)} has it, in a folder that is not searched for this file",
                Next = $"link the program with -Wl,-rpath,'$ORIGIN/{Path.GetRelativePath(Folder(elf.Name), Folder(beside.Name))}', or copy the library to /usr/local/lib",
            };
        }

        if (!problem.What.EndsWith(": not found", StringComparison.Ordinal))
        {
            return missing with { Next = "remove that file, or build it for this platform" };
        }

        if (library.Contains('/', StringComparison.Ordinal))
        {
            return missing with { Next = "it is named by a path: copy it there" };
        }

        var source = await _packages.FindAsync(library, PlatformOf(elf), Named(elf));
        return missing with
        {
            Package = source.Package,
            Line = source.Line,
            Next = Beside(elf) is not { } folder ? source.Next
                : source.Package is null ? $"the program searches {folder}: give the folder that contains both, --binary=FOLDER"
                : $"if it comes with the program, in {folder}, give the folder that contains both: --binary=FOLDER",
        };
    }

    // Of a single file, the folders that it names relative to its own were not given.
    private string? Beside(ElfFile elf) => _input.Files.Count > 1 ? null
        : elf.RPath.Concat(elf.RunPath).FirstOrDefault(folder => folder.Contains("$ORIGIN", StringComparison.Ordinal) || folder.Contains("${ORIGIN}", StringComparison.Ordinal)) is { } found ? ElfText.Show(found) : null;

    private BinaryFinding Version(LinkProblem problem, string version, IReadOnlyList<ElfFile> objects)
    {
        var target = objects.FirstOrDefault(file => file.Soname == problem.Definer);
        return new BinaryFinding("missing-version", FindingWeight.Missing, problem.What)
        {
            Name = version,
            Package = PackageOf(target),
            Next = SuiteVersions.Advice(version, _suite) ?? (target is null ? null : $"the program was built with another version of {problem.Definer} than {_suite} has: build it on {_suite}"),
        };
    }

    private BinaryFinding Symbol(ElfFile elf, LinkProblem problem, string symbol, IReadOnlyList<ElfFile> objects)
    {
        // A plug-in takes symbols from the program that loads it.
        var name = symbol.Split('@')[0];
        if (elf.Interpreter is null && !elf.IsMarkedProgram && _given.Values.FirstOrDefault(file => file.Exports.Defines(name)) is { } program)
        {
            return new BinaryFinding("plugin-symbol", FindingWeight.Note, $"{problem.What}: {Shown(program.Name)} has it, and must load this library") { Name = symbol };
        }

        return new BinaryFinding("missing-symbol", FindingWeight.Missing, problem.What)
        {
            Name = symbol,
            Package = PackageOf(objects.FirstOrDefault(file => file.Soname is not null && file.Soname == problem.Definer)),
            Next = elf.Interpreter is null && !elf.IsMarkedProgram
                ? "if it is a plug-in, check it together with its program: give the folder that has both"
                : $"build the program against the libraries of {_suite}",
        };
    }

    private string? PackageOf(ElfFile? library) => library is null || _given.ContainsValue(library) ? null : ImageFiles.PackageOf(_image.Tree, library.Name);

    private ElfFile? At(string path) => _input.Tree.Resolve(path) is { } real ? _given.GetValueOrDefault("/" + real) : null;

    private string Shown(string path) => _input.Files.FirstOrDefault(file => file.Path == path)?.Shown ?? path;

    // The folders that a file names itself.
    private static IReadOnlyList<string> Named(ElfFile elf) => LoaderFolders.For(PlatformOf(elf)).Before(new LoadedObject(elf, elf.Name, null).Chain);

    private static string Folder(string path) => path[..Math.Max(path.LastIndexOf('/'), 1)];

    private static Platform PlatformOf(ElfFile elf) => BinaryKind.PlatformOf(elf).Platform!;
}
