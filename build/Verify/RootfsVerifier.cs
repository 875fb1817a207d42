using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>Verifies a finished root file system of any platform without running anything of it.</summary>
internal static class RootfsVerifier
{
    /// <summary>
    /// Checks paths, permissions and links; that every ELF file is made for the platform, asks for its loader, and finds each
    /// library, symbol version and strong symbol as <c>ldd -r</c> would; accounts and base files; that applets and commands are where
    /// people look for them; the loader's cache; and the records of packages.
    /// </summary>
    /// <param name="platform">The platform the tree is for.</param>
    /// <param name="tree">The whole root file system, BusyBox included.</param>
    /// <param name="limits">What it may be at most; null for no limits.</param>
    /// <param name="origins">Which files are the suite's own, and what lines of lib-requires.txt allow; null for nothing known.</param>
    /// <returns>What is wrong and what is worth knowing (<see cref="Finding.IsNote"/>), always in the same order; empty for a good one.</returns>
    public static IReadOnlyList<Finding> Verify(Platform platform, RootfsTree tree, VerifyLimits? limits = null, FileOrigins? origins = null)
    {
        var context = new VerificationContext(platform, tree, origins ?? FileOrigins.Unknown);
        TreeRules.Check(context, limits ?? new VerifyLimits());
        ElfRules.Check(context);
        SystemRules.Check(context);
        CommandRules.Check(context);
        LoaderRules.Check(context);
        RecordRules.Check(context);
        return context.Findings;
    }

    /// <summary>Checks what can be checked before BusyBox and the accounts of the finished image are there: paths, links and every ELF file.</summary>
    /// <param name="platform">The platform the tree is for.</param>
    /// <param name="tree">The base tree.</param>
    /// <param name="origins">Which files are the suite's own, and what lines of lib-requires.txt allow.</param>
    public static IReadOnlyList<Finding> VerifyBase(Platform platform, RootfsTree tree, FileOrigins origins)
    {
        var context = new VerificationContext(platform, LoaderLibraries.Complete(platform, tree), origins);
        TreeRules.Check(context, new VerifyLimits());
        ElfRules.Check(context);
        return context.Findings;
    }

    /// <summary>The libraries that need not be bound by themselves, since only others of the tree load them: those find for them, or give them, what they lack.</summary>
    /// <param name="platform">The platform the tree is for.</param>
    /// <param name="tree">The root file system.</param>
    /// <param name="origins">What lines of lib-requires.txt ask for.</param>
    /// <returns>Their absolute paths.</returns>
    public static IReadOnlySet<string> OnlyLoadedByOthers(Platform platform, RootfsTree tree, FileOrigins origins)
    {
        var context = new VerificationContext(platform, tree, origins);
        var libraries = new TreeLibraries(context);
        var files = tree.Entries.Where(entry => entry.Type == RootfsEntryType.File).Select(entry => libraries.Read(entry).File).OfType<ElfFile>().Where(file => file.IsDynamic).ToList();
        var checkers = libraries.Searches().Select(search => new LinkChecker(search.Find)).ToList();
        var roots = new LinkRoots(context, checkers.SelectMany(checker => files.Select(checker.Loads)));
        return files.Where(file => !roots.Counts(file)).Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
    }
}
