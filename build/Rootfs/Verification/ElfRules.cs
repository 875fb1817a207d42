using BusyboxGlibc.Elf;

namespace BusyboxGlibc.Rootfs;

/// <summary>Rules for every ELF file: made for the platform, with the platform's loader, and everything it needs there.</summary>
internal static class ElfRules
{
    // A wrong library can leave hundreds undefined; the first few say which.
    private const int MaxSymbols = 10;

    internal static void Check(VerificationContext context)
    {
        var search = new LibrarySearch(context);
        var roots = new List<ElfFile>();
        foreach (var entry in context.Tree.Entries.Where(entry => entry.Type == RootfsEntryType.File))
        {
            var (file, fault) = search.Read(entry);
            fault ??= file is null ? null : ElfAbi.Problem(file, context.Platform);
            if (fault is not null)
            {
                context.Add(entry.Path, fault);
            }
            else if (file is { IsDynamic: true, Identity.Type: not ElfIdentity.Relocatable })
            {
                CheckFile(context, entry, file);
                roots.Add(file);
            }
        }

        CheckLoader(context);
        CheckLinks(context, roots, new LinkChecker(search.Find));
    }

    private static void CheckFile(VerificationContext context, RootfsEntry entry, ElfFile file)
    {
        if (file.Interpreter is { } interpreter && interpreter != context.Platform.Loader)
        {
            context.Add(entry.Path, $"asks for the loader {interpreter}, not {context.Platform.Loader}");
        }

        // The image's libraries lie where the loader looks anyway: a path of its own is a leftover of the place it was built at.
        if (file.RunPath.Count > 0)
        {
            context.Add(entry.Path, $"brings a search path of its own (RPATH or RUNPATH): {string.Join(':', file.RunPath)}");
        }
    }

    private static void CheckLoader(VerificationContext context)
    {
        if (!context.TryFile(context.Platform.Loader, out var loader))
        {
            context.Add(context.Platform.Loader[1..], "is missing: no program can start without the loader");
        }
        else if ((loader.Mode & 0x49) != 0x49)
        {
            context.Add(context.Platform.Loader[1..], "cannot be executed by everyone: no program can start without the loader");
        }
    }

    private static void CheckLinks(VerificationContext context, List<ElfFile> roots, LinkChecker checker)
    {
        var order = new List<(string File, string What, bool IsSymbol)>();
        var asking = new Dictionary<(string File, string What), List<string>>();
        foreach (var problem in roots.SelectMany(checker.Check))
        {
            var key = (problem.File, problem.What);
            if (!asking.TryGetValue(key, out var names))
            {
                asking.Add(key, names = []);
                order.Add((problem.File, problem.What, problem.Symbol is not null));
            }

            if (problem.NeededBy is { } root)
            {
                names.Add(root);
            }
        }

        foreach (var group in order.GroupBy(problem => problem.File))
        {
            var symbols = 0;
            foreach (var (file, what, isSymbol) in group)
            {
                if (!isSymbol || ++symbols <= MaxSymbols)
                {
                    context.Add(file[1..], what, AskedBy(asking[(file, what)]));
                }
            }

            if (symbols > MaxSymbols)
            {
                context.Add(group.Key[1..], $"{symbols - MaxSymbols} more undefined symbols");
            }
        }
    }

    private static string? AskedBy(List<string> roots) => roots switch
    {
        [] => null,
        [var only] => only,
        [var first, ..] => $"{first} and {roots.Count - 1} more",
    };
}
