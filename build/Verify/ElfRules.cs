using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>Rules for every ELF file: built for the platform, with the platform's loader, and with all dependencies present.</summary>
internal static class ElfRules
{
    // A wrong library can leave hundreds of symbols undefined; the first few identify it.
    private const int MaxSymbols = 10;

    internal static void Check(VerificationContext context)
    {
        var libraries = new TreeLibraries(context);
        var suites = context.Origins.SuiteFiles(context.Tree);
        var roots = new List<ElfFile>();
        foreach (var entry in context.Tree.Entries.Where(entry => entry.Type == RootfsEntryType.File))
        {
            var (file, fault) = libraries.Read(entry);
            if (file is { Identity.Type: ElfIdentity.Relocatable } or { Identity.Machine: ElfIdentity.Bpf })
            {
                // For a linker or the kernel; the loader never reads it.
                continue;
            }

            fault ??= file is null ? null : ElfAbi.Problem(file, context.Platform);
            if (fault is not null)
            {
                context.Add(entry.Path, fault);
            }
            else if (file is not null)
            {
                CheckFile(context, entry, file, suites.Contains("/" + entry.Path));
                if (file.IsDynamic)
                {
                    roots.Add(file);
                }
            }
        }

        if (context.Origins.HasShell || roots.Exists(file => file.Interpreter is not null))
        {
            CheckLoader(context);
        }

        CheckLinks(context, roots, libraries);
    }

    private static void CheckFile(VerificationContext context, RootfsEntry entry, ElfFile file, bool isSuites)
    {
        if (file.Interpreter is { } interpreter && interpreter != context.Platform.Loader)
        {
            context.Add(entry.Path, $"requires the loader {interpreter}, not {context.Platform.Loader}");
        }

        if (ElfAbi.CpuAbove(file, context.Platform) is { } cpu)
        {
            // Debian compiles for the platform's CPU and selects code for better CPUs at run time, and a program is its author's choice; for other files this is not known.
            if (isSuites || context.Origins.IsAnyCpu("/" + entry.Path) || context.Origins.IsOfProgram("/" + entry.Path))
            {
                context.Add(entry.Path, cpu, isNote: true);
            }
            else
            {
                context.Add(entry.Path, $"{cpu}: if it chooses at run time, allow it with (any-cpu) at the end of its line in lib-requires.txt");
            }
        }

        SearchPathRules.Check(context, entry, file, isSuites);
    }

    private static void CheckLoader(VerificationContext context)
    {
        if (!context.TryFile(context.Platform.Loader, out var loader))
        {
            context.Add(context.Platform.Loader[1..], "is missing: no program can start without the loader");
        }
        else if ((loader.Mode & FilePermissions.Octal111) != FilePermissions.Octal111)
        {
            context.Add(context.Platform.Loader[1..], "is not executable by everyone: no program can start without the loader");
        }
    }

    private static void CheckLinks(VerificationContext context, List<ElfFile> roots, TreeLibraries libraries)
    {
        var started = roots.Where(root => root.Interpreter is not null).Select(root => root.Name).ToHashSet(StringComparer.Ordinal);
        var all = libraries.Searches().SelectMany(search => Problems(context, roots, new LinkChecker(search.Find))).ToList();
        Tell(context, all.Where(pair => pair.Counts).Select(pair => pair.Problem), started, isNote: false);

        // Problems that do not occur when the file is loaded as it is in the image.
        var told = all.Where(pair => pair.Counts).Select(pair => (pair.Problem.File, pair.Problem.What)).ToHashSet();
        Tell(context, all.Where(pair => !told.Contains((pair.Problem.File, pair.Problem.What))).Select(pair => pair.Problem), started, isNote: true);
    }

    private static void Tell(VerificationContext context, IEnumerable<LinkProblem> problems, HashSet<string> started, bool isNote)
    {
        var order = new List<LinkProblem>();
        var asking = new Dictionary<(string File, string What), HashSet<string>>();
        foreach (var problem in problems)
        {
            var key = (problem.File, problem.What);
            if (!asking.TryGetValue(key, out var names))
            {
                asking.Add(key, names = new HashSet<string>(StringComparer.Ordinal));
                order.Add(problem);
            }

            if (problem.NeededBy is { } root)
            {
                names.Add(root);
            }
        }

        // A program that needs it to start does not, whatever a line says.
        bool IsLoadedByName(LinkProblem problem) => !started.Contains(problem.File) && !asking[(problem.File, problem.What)].Overlaps(started);

        foreach (var group in order.GroupBy(problem => problem.File))
        {
            var symbols = 0;
            var isPlugin = context.Origins.IsPlugin(group.Key);

            // The symbols that the library would define are missing with it.
            var lacks = group.Any(problem => context.Origins.MayLack(problem.File, problem.Library) && IsLoadedByName(problem));
            foreach (var problem in group)
            {
                if (problem.Symbol is not null && ++symbols > MaxSymbols)
                {
                    continue;
                }

                context.Add(
                    problem.File[1..], problem.What, AskedBy(asking[(problem.File, problem.What)]),
                    isNote || (lacks && (problem.Symbol is not null || context.Origins.MayLack(problem.File, problem.Library)) && IsLoadedByName(problem)) || (isPlugin && (problem.Symbol is not null || context.HasLibrary(problem.Library))));
            }

            if (symbols > MaxSymbols)
            {
                context.Add(group.Key[1..], $"{symbols - MaxSymbols} more undefined symbols", isNote: isNote || isPlugin || lacks);
            }
        }
    }

    private static IEnumerable<(LinkProblem Problem, bool Counts)> Problems(VerificationContext context, List<ElfFile> roots, LinkChecker checker)
    {
        var checks = roots.Select(root => (Root: root, Check: checker.CheckAll(root))).ToList();
        var linkRoots = new LinkRoots(context, checks.Select(pair => pair.Check.Objects));
        return checks.SelectMany(pair => pair.Check.Problems.Select(problem => (problem, linkRoots.Counts(pair.Root))));
    }

    private static string? AskedBy(HashSet<string> roots) => roots.Count switch
    {
        0 => null,
        1 => roots.First(),
        _ => $"{roots.First()} and {roots.Count - 1} more",
    };
}
