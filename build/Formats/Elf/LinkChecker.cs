using System.Runtime.CompilerServices;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>
/// Checks the files of one system as <c>ldd -r</c> would, and remembers which object provided each symbol: a library that many programs load is
/// searched once, so checking every file of an image takes little more than checking one. Not thread-safe.
/// </summary>
/// <param name="find">Finds the file that the loader would load: <see cref="LibrarySearch.Find"/>.</param>
internal sealed class LinkChecker(FindLibrary find)
{
    // A lookup takes a few steps in a linker's tables. A table with one bucket is valid too, but slow; one built to take hours is refused.
    private const int StepsAnyFile = 4 << 20;
    private const int StepsAReference = 256;

    // For every reference of a file, the object that resolved it last: in a scope that contains it, no search is needed.
    private readonly ConditionalWeakTable<ElfFile, ElfFile?[]> _answers = [];

    /// <summary>Checks a program or library with everything it loads.</summary>
    /// <param name="root">The program or library; a file that is not dynamic has no problems.</param>
    /// <returns>
    /// Missing libraries, then missing versions, then undefined strong symbols, each in the order in which the loader processes the objects. Each
    /// library is checked too: one that leaves symbols to the program that loads it is reported.
    /// </returns>
    public IReadOnlyList<LinkProblem> Check(ElfFile root) => CheckAll(root).Problems;

    /// <summary>The same, with the objects that the loader would load for the file: the file first, then its libraries breadth-first, as listed by <c>ldd</c>.</summary>
    public (IReadOnlyList<LinkProblem> Problems, IReadOnlyList<ElfFile> Objects) CheckAll(ElfFile root)
    {
        var problems = new List<LinkProblem>();
        if (!root.IsDynamic)
        {
            return (problems, [root]);
        }

        var scope = new LinkScope(root, find);
        foreach (var (askedBy, name, unfit) in scope.Missing)
        {
            problems.Add(Problem(root, askedBy, $"needs {ElfText.Show(name)}: {Why(root, unfit)}", symbol: null) with { Library = name });
        }

        foreach (var file in scope.Objects)
        {
            CheckVersions(problems, root, file, scope);
        }

        foreach (var file in scope.Objects)
        {
            CheckSymbols(problems, root, file, scope);
        }

        return (problems, scope.Objects);
    }

    /// <summary>Returns the objects that the loader would load for a file: the file first, then its libraries breadth-first without missing ones, as
    /// listed by <c>ldd</c>.</summary>
    public IReadOnlyList<ElfFile> Loads(ElfFile root) => new LinkScope(root, find).Objects;

    private static string Why(ElfFile root, ElfFile? unfit) =>
        unfit is null ? "not found"
        : !unfit.Identity.IsLike(root.Identity) ? $"{unfit.Name} is {unfit.Identity}, not {root.Identity}"
        : $"{unfit.Name} is not a shared library";

    private static LinkProblem Problem(ElfFile root, ElfFile file, string what, string? symbol) =>
        new(file.Name, what, symbol, ReferenceEquals(file, root) ? null : root.Name);

    // The rules of _dl_check_map_versions, elf/dl-version.c. If a library has no versions at all, the loader only warns, but the process ends when
    // such a symbol is looked up, so it is a problem here.
    private static void CheckVersions(List<LinkProblem> problems, ElfFile root, ElfFile file, LinkScope scope)
    {
        if (file.Versions is null)
        {
            return;
        }

        foreach (var need in file.Versions.Needs)
        {
            var soname = file.Image.String(need.File);
            var target = scope.Named(soname);
            if (target?.Versions!.Defines(target.Image, file.Image.Bytes(need.Name), need.Hash) == true
                || (target is null && scope.Misses(soname))
                || (need.IsWeak && target is not null))
            {
                continue;
            }

            var version = ElfText.Show(file.Image.String(need.Name));
            var what = target is null
                ? $"needs version {version} of {ElfText.Show(soname)}, which is not loaded"
                : $"needs version {version} of {ElfText.Show(soname)}: {target.Name} {(target.Versions!.HasDefinitions ? "does not define it" : "has no versions")}";
            problems.Add(Problem(root, file, what, symbol: null) with { Version = version, Definer = soname });
        }
    }

    private void CheckSymbols(List<LinkProblem> problems, ElfFile root, ElfFile file, LinkScope scope)
    {
        var known = _answers.GetValue(file, static key => new ElfFile?[key.References.Length]);
        var steps = 0L;
        for (var index = 0; index < known.Length; index++)
        {
            if (steps > StepsAnyFile + ((long)StepsAReference * known.Length))
            {
                problems.Add(Problem(root, file, "its symbols cannot be checked: looking them up would take more steps than in any real file", symbol: null));
                return;
            }

            ref readonly var reference = ref file.References[index];
            if (known[index] is { } last && scope.Contains(last) && !(reference.IsCopied && ReferenceEquals(last, root)))
            {
                continue;
            }

            var answer = Search(root, file, reference, scope, ref steps);
            if (answer is not null)
            {
                known[index] = answer;
            }
            else if (!reference.IsWeak)
            {
                var described = file.Describe(reference);
                var symbol = ElfText.Show(described.ToString());
                problems.Add(Problem(root, file, $"undefined symbol {symbol}", symbol) with { Definer = described.VersionSoname });
            }
        }
    }

    private static ElfFile? Search(ElfFile root, ElfFile file, in ElfReference reference, LinkScope scope, ref long steps)
    {
        foreach (var candidate in scope.Objects)
        {
            // The source of a copy relocation cannot be the program itself.
            if (!(reference.IsCopied && ReferenceEquals(candidate, root)) && candidate.Exports.Answers(file.Image, reference, ref steps))
            {
                return candidate;
            }
        }

        return null;
    }
}
