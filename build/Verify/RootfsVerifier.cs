using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>Verifies a finished root file system of any platform without running any of its programs.</summary>
internal static class RootfsVerifier
{
    /// <summary>The name of the rules about libraries, the only ones with notes.</summary>
    public const string Libraries = "libraries";

    private const string Tree = "tree";
    private const string Run = "run";

    private static readonly (string Name, Action<VerificationContext> Check)[] _rules =
        [(Libraries, ElfRules.Check), ("system", SystemRules.Check), ("commands", CommandRules.Check), ("loader", LoaderRules.Check), ("records", RecordRules.Check)];

    /// <summary>The names of all groups of rules, in the order in which they are checked.</summary>
    public static IReadOnlyList<string> Rules { get; } = [Tree, .. _rules.Select(rule => rule.Name), Run];

    /// <summary>
    /// Checks paths, permissions and links; that every ELF file is built for the platform, requests its loader, and finds each library, symbol
    /// version and strong symbol as <c>ldd -r</c> would; accounts and base files; that applets and commands are in their usual places; the loader's
    /// cache; and the package records.
    /// </summary>
    /// <param name="platform">The platform the tree is for.</param>
    /// <param name="tree">The whole root file system, BusyBox included.</param>
    /// <param name="limits">The size limits; null for none.</param>
    /// <param name="origins">Which files are the suite's own, and the exemptions by lines of lib-requires.txt; null if not known.</param>
    /// <param name="run">How the image is started; null if not known.</param>
    /// <returns>Problems and notes (<see cref="Finding.IsNote"/>), always in the same order; empty if there are none.</returns>
    public static IReadOnlyList<Finding> Verify(Platform platform, RootfsTree tree, VerifyLimits? limits = null, FileOrigins? origins = null, ImageRunConfig? run = null)
    {
        var context = new VerificationContext(platform, tree, origins ?? FileOrigins.Unknown) { Rule = Tree };
        TreeRules.Check(context, limits ?? new VerifyLimits());
        foreach (var (name, check) in _rules)
        {
            context.Rule = name;
            check(context);
        }

        if (run is not null)
        {
            context.Rule = Run;
            RunRules.Check(context, run);
        }

        return context.Findings;
    }

    /// <summary>Checks everything that does not need BusyBox and the accounts of the finished image: paths, links and every ELF file.</summary>
    /// <param name="platform">The platform the tree is for.</param>
    /// <param name="tree">The base tree.</param>
    /// <param name="origins">Which files are the suite's own, and the exemptions by lines of lib-requires.txt.</param>
    public static IReadOnlyList<Finding> VerifyBase(Platform platform, RootfsTree tree, FileOrigins origins)
    {
        var context = new VerificationContext(platform, LoaderLibraries.Complete(platform, tree), origins);
        TreeRules.Check(context, new VerifyLimits());
        ElfRules.Check(context);
        return context.Findings;
    }

    /// <summary>Returns the libraries that need not link on their own because only other files of the tree load them and provide what they lack.</summary>
    /// <param name="platform">The platform the tree is for.</param>
    /// <param name="tree">The root file system.</param>
    /// <param name="origins">The files that lines of lib-requires.txt require.</param>
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
