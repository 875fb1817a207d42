using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>
/// Facts about a platform's files from the lock and lib-requires.txt that a finished image does not contain: which packages are the suite's own, and
/// which files are exempt from rules by a line.
/// </summary>
public sealed class FileOrigins
{
    private readonly HashSet<string> _suitePackages;
    private readonly HashSet<string> _ownPackages;
    private HashSet<string> _programs = [];
    private HashSet<string> _optional = [];
    private readonly IReadOnlyList<Func<string, bool>>? _asked;
    private readonly IReadOnlyList<Func<string, bool>> _plugins;
    private readonly IReadOnlyList<Func<string, bool>> _anyCpu;

    private FileOrigins(
        IEnumerable<string> suitePackages, IEnumerable<string> ownPackages, IReadOnlyList<Func<string, bool>>? asked, IReadOnlyList<Func<string, bool>> plugins, IReadOnlyList<Func<string, bool>> anyCpu)
    {
        _asked = asked;
        _suitePackages = suitePackages.ToHashSet(StringComparer.Ordinal);
        _ownPackages = ownPackages.ToHashSet(StringComparer.Ordinal);
        _plugins = plugins;
        _anyCpu = anyCpu;
    }

    /// <summary>Whether the image has a shell; one of a program alone may have none.</summary>
    public bool HasShell { get; private init; } = true;

    /// <summary>An instance without facts: no file is the suite's own, no file is exempt.</summary>
    public static FileOrigins Unknown { get; } = new([], [], null, [], []);

    /// <summary>Creates the facts of a platform.</summary>
    /// <param name="locked">The lock of the platform.</param>
    /// <param name="requirements">The lines of lib-requires.txt.</param>
    /// <param name="programs">The absolute paths of the files of the user's programs, whose search paths may name folders of the machine that built them.</param>
    /// <param name="hasShell">Whether the image has a shell.</param>
    public static FileOrigins Of(LockedPlatform locked, IEnumerable<Requirement> requirements, IEnumerable<string>? programs = null, bool hasShell = true)
    {
        var lines = requirements.Where(requirement => requirement.AppliesTo(locked.Platform)).ToList();
        return new FileOrigins(
            locked.Packages.Where(package => package.Pin.Archive != ArchiveNames.Local).Select(package => package.Pin.Name),
            locked.Packages.Where(package => package.Pin.Archive == ArchiveNames.Local).Select(package => package.Pin.Name),
            Matching(locked, lines),
            Matching(locked, lines.Where(requirement => requirement.IsPlugin)),
            Matching(locked, lines.Where(requirement => requirement.IsAnyCpu)))
        {
            _programs = new(programs ?? [], StringComparer.Ordinal),
            HasShell = hasShell,
            _optional = lines.Where(requirement => requirement.MayBeLacking).Select(requirement => requirement.Name).ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <summary>Applies the facts to the files of a tree: an exemption of a link also applies to the file that the link leads to.</summary>
    /// <param name="tree">The platform's files.</param>
    internal FileOrigins In(RootfsTree tree)
    {
        var links = tree.Entries.Where(entry => entry.Type == RootfsEntryType.SymbolicLink).Select(entry => entry.Path).ToList();
        IReadOnlyList<Func<string, bool>> WithEnds(IReadOnlyList<Func<string, bool>> matching)
        {
            var ends = links.Where(link => matching.Any(matches => matches("/" + link))).Select(tree.Resolve).OfType<string>().Select(end => "/" + end).ToHashSet(StringComparer.Ordinal);
            return ends.Count == 0 ? matching : [.. matching, ends.Contains];
        }

        return new FileOrigins(_suitePackages, _ownPackages, _asked, WithEnds(_plugins), WithEnds(_anyCpu)) { _programs = _programs, _optional = _optional, HasShell = HasShell };
    }

    /// <summary>Whether a line requires a file, so that users load it directly; also true if this is not known.</summary>
    /// <param name="path">Its absolute path in the image.</param>
    internal bool IsAsked(string path) => _asked is null || _asked.Any(matches => matches(path));

    /// <summary>Whether a file of the user's programs may lack a library, because a line makes it optional.</summary>
    /// <param name="path">The file's absolute path in the image.</param>
    /// <param name="library">The soname; null if the problem is another.</param>
    internal bool MayLack(string path, string? library) => library is not null && _optional.Contains(library) && IsOfProgram(path);

    /// <summary>Whether a file may leave symbols undefined for the program that loads it.</summary>
    /// <param name="path">Its absolute path in the image.</param>
    internal bool IsPlugin(string path) => _plugins.Any(matches => matches(path));

    /// <summary>Whether a file may have build attributes above the platform's CPU.</summary>
    /// <param name="path">Its absolute path in the image.</param>
    internal bool IsAnyCpu(string path) => _anyCpu.Any(matches => matches(path));

    /// <summary>Whether a file belongs to a program of the user.</summary>
    /// <param name="path">Its absolute path in the image.</param>
    internal bool IsOfProgram(string path) => _programs.Contains(path);

    /// <summary>Whether a package is a local one of the user, which may lack a copyright file: Restore reports it as a note.</summary>
    /// <param name="name">The package name.</param>
    internal bool IsOwnPackage(string name) => _ownPackages.Contains(name);

    /// <summary>The absolute paths of the files of the suite's own packages, from the package records of the tree.</summary>
    internal HashSet<string> SuiteFiles(RootfsTree tree)
    {
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in _suitePackages)
        {
            // RecordRules reports invalid lines.
            files.UnionWith(PackageRecords.PathsOf(tree, name).Select(path => "/" + path));
        }

        return files;
    }

    private static List<Func<string, bool>> Matching(LockedPlatform locked, IEnumerable<Requirement> requirements)
    {
        var matching = new List<Func<string, bool>>();
        foreach (var requirement in requirements)
        {
            if (requirement.Kind == RequirementKind.Overlay)
            {
                matching.Add(new PathPattern(requirement.Name).IsMatch);
                continue;
            }

            var text = LockAnswer.TextOf(requirement);
            var files = locked.Requirements.FirstOrDefault(answer => answer.Text == text)?.Files ?? [];
            var places = files.Select(file => "/" + ShippedPath.InImage(file, locked.Platform.Triplet)).Concat(files).ToHashSet(StringComparer.Ordinal);
            matching.Add(places.Contains);
        }

        return matching;
    }
}
