using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Finds the packages that may satisfy a requirement on a platform, and the matching files in a package.</summary>
/// <param name="pins">Selects versions.</param>
/// <param name="contents">The platform's Contents, downloaded on first use.</param>
internal sealed class RequirementSearch(PinChoice pins, Func<Task<IContentsIndex>> contents)
{
    // Copies of the libraries that contain only debug symbols.
    private const string DebugFolder = "/usr/lib/debug/";

    /// <summary>Whether a section contains files for building and debugging, whose library names satisfy nothing at run time.</summary>
    public static bool IsForDevelopment(string section) => section is "libdevel" or "debug";

    /// <summary>The members of an opened package that satisfy a requirement; empty if none do.</summary>
    public static IReadOnlyList<DebMember> Match(Requirement requirement, DebContents package, Platform platform)
    {
        if (requirement.Kind == RequirementKind.Command)
        {
            var named = package.Named(requirement.Name).Where(member => IsInCommandFolder(member.Path)).ToList();
            return named.Count > 0 ? named : [.. CommandAlternatives.Of(requirement.Name).Select(one => one.Path is null ? null : package.Find(one.Path)).OfType<DebMember>()];
        }

        if (requirement.Kind == RequirementKind.Files)
        {
            var pattern = new PathPattern(requirement.PathOn(platform));
            return [.. package.Members.Where(member => pattern.IsMatch(member.Path) && !RequirementNames.IsDocumentation(member.Path))];
        }

        var found = Match(requirement, package, platform, member => LibraryNames.IsInLoaderFolder(member.Path, platform));

        // A plug-in is in the folder in which its program searches for it, a vendor's library in a private folder, usually below /opt.
        return found.Count == 0 && (requirement.Package ?? requirement.PackageFile) is not null
            ? Match(requirement, package, platform, static member => !member.Path.StartsWith(DebugFolder, StringComparison.Ordinal))
            : found;
    }

    private static IReadOnlyList<DebMember> Match(Requirement requirement, DebContents package, Platform platform, Func<DebMember, bool> isSearched)
    {
        var ranked = package.Members
            .Where(isSearched)
            .Select(member => (Member: member, Rank: LibraryNames.Rank(requirement, LibraryNames.FileOf(member.Path))))
            .Where(pair => pair.Rank != LibraryNames.NoRank && IsOrLeadsToLibrary(package, pair.Member, platform))
            .ToList();
        if (ranked.Count > 0)
        {
            var best = ranked.Min(pair => pair.Rank);
            List<DebMember> matches = [.. ranked.Where(pair => pair.Rank == best).Select(pair => pair.Member)];
            return best != LibraryNames.PartRank || LibraryNames.AreParts(matches.Select(member => LibraryNames.FileOf(member.Path))) ? matches : [];
        }

        if (!requirement.IsExactSoname)
        {
            return [];
        }

        // The build creates the missing link, as ldconfig(8) does.
        return package.WithSoname(requirement.Name).FirstOrDefault(member => isSearched(member) && package.IsLibrary(member, platform)) is { } unlinked
            ? [unlinked]
            : RenamedSoname.Link(package, requirement.Name, platform, path => LibraryNames.IsInLoaderFolder(path, platform)) is { } renamed
                ? [renamed]
                : [];
    }

    /// <summary>
    /// The candidates from Contents: packages with a matching file in a folder of the loader, one list per rank of
    /// <see cref="LibraryNames.Rank"/>, the best first; each list in ordinal order.
    /// </summary>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> CandidatesAsync(Requirement requirement)
    {
        var index = await contents();
        if (requirement.Kind == RequirementKind.Command)
        {
            var known = await pins.IndexAsync();
            return CommandAlternatives.Of(requirement.Name).Select(one => one.Package).FirstOrDefault(name => known.Find(name) is not null) is { } package
                ? [[package]]
                : await PackagesAsync([index.Commands(requirement.Name)], requirement);
        }

        var ranked = index.Libraries(requirement.Name)
            .Where(entry => LibraryNames.IsInLoaderFolder(entry.Path, pins.Platform))
            .GroupBy(entry => LibraryNames.Rank(requirement, LibraryNames.FileOf(entry.Path)))
            .Where(group => group.Key != LibraryNames.NoRank)
            .OrderBy(group => group.Key)
            .Select(group => group.Key != LibraryNames.PartRank
                ? group
                : group.GroupBy(entry => entry.Package, StringComparer.Ordinal)
                    .Where(package => LibraryNames.AreParts(package.Select(entry => LibraryNames.FileOf(entry.Path))))
                    .SelectMany(package => package))
            .ToList();
        if (requirement.IsExactSoname && RenamedSoname.KeepsAbi(pins.Platform))
        {
            ranked.Add(Renamed(index, requirement.Name));
        }

        var packages = await PackagesAsync(ranked, requirement);
        return packages.Count > 0 || !requirement.IsExactSoname
            ? packages
            : await PackagesAsync([VersionedSoname.Entries(requirement.Name, index, await pins.IndexAsync()).Where(entry => LibraryNames.IsInLoaderFolder(entry.Path, pins.Platform))], requirement);
    }

    /// <summary>
    /// The packages with a matching file in a direct subfolder of one of the loader's folders, from which update-alternatives(1) may create
    /// a link in the loader's own folder; in ordinal order.
    /// </summary>
    public async Task<IReadOnlyList<string>> AlternativeCandidatesAsync(Requirement requirement)
    {
        if (requirement.Kind != RequirementKind.Library)
        {
            return [];
        }

        var index = await contents();
        var entries = index.LibrariesBelow(requirement.Name).Where(entry =>
            LibraryNames.IsInLoaderFolder(LibraryNames.DirectoryOf(entry.Path), pins.Platform)
            && LibraryNames.Rank(requirement, LibraryNames.FileOf(entry.Path)) <= 1);
        return await PackagesAsync([entries], requirement) is [var names] ? names : [];
    }

    /// <summary>The packages that provide a name which no package has itself, in ordinal order: <c>libcurl4</c>, which was renamed to <c>libcurl4t64</c>.</summary>
    public async Task<IReadOnlyList<string>> ProvidersAsync(string name)
    {
        var index = await pins.IndexAsync();
        return index.Find(name) is null ? [.. index.Providers(name).Select(package => package.Pin.Name)] : [];
    }

    /// <summary>Whether a soname that no package has on the platform was renamed and changed its ABI with that.</summary>
    public async Task<bool> IsRenamedAsync(string soname) =>
        Renamed(await contents(), soname).Any();

    private static bool IsInCommandFolder(string path) => LibraryNames.DirectoryOf(MergedUsr.Of(path)) is "/usr/bin" or "/usr/sbin";

    // A link out of the package is followed later; a linker script or an object for another machine is not a library.
    private static bool IsOrLeadsToLibrary(DebContents package, DebMember member, Platform platform) =>
        package.IsLibrary(member, platform) || (member.LinkTarget is { } target && package.Find(target) is null);

    private IEnumerable<ContentsEntry> Renamed(IContentsIndex index, string soname) =>
        index.Libraries(RenamedSoname.Of(soname)).Where(entry =>
            LibraryNames.FileOf(entry.Path) == RenamedSoname.Of(soname) && LibraryNames.IsInLoaderFolder(entry.Path, pins.Platform));

    // "libfoo.so" of libfoo-dev is for the linker, whatever the section of the package.
    private static bool IsLinkerNameOnly(IGrouping<string, ContentsEntry> package, Requirement requirement) =>
        requirement.Kind == RequirementKind.Library
        && package.Key.EndsWith("-dev", StringComparison.Ordinal)
        && package.All(entry => entry.Path.EndsWith(".so", StringComparison.Ordinal));

    private async Task<IReadOnlyList<IReadOnlyList<string>>> PackagesAsync(IEnumerable<IEnumerable<ContentsEntry>> ranks, Requirement requirement)
    {
        var packages = await pins.IndexAsync();
        var isCommand = requirement.Kind == RequirementKind.Command;
        return [.. ranks
            .Select(entries => entries
                .Where(entry => isCommand || !IsForDevelopment(entry.Section))
                .GroupBy(entry => entry.Package, StringComparer.Ordinal)
                .Where(group => !IsLinkerNameOnly(group, requirement))
                .Select(group => packages.Find(group.Key))
                .Where(package => package is not null && (isCommand || !IsForDevelopment(package.Section)))
                .Select(package => package!.Pin.Name)
                .Order(StringComparer.Ordinal)
                .ToList())
            .Where(names => names.Count > 0)];
    }
}
