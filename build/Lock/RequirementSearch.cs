using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;

namespace BusyboxGlibc.Lock;

/// <summary>Finds the packages that may answer a requirement on a platform, and in a package the files that do.</summary>
/// <param name="pins">Chooses versions.</param>
/// <param name="contents">The platform's Contents, fetched when first asked for.</param>
internal sealed class RequirementSearch(PinChoice pins, Func<Task<IContentsIndex>> contents)
{
    /// <summary>Whether a section holds files for building and debugging, whose library names answer nothing at run time.</summary>
    public static bool IsForDevelopment(string section) => section is "libdevel" or "debug";

    /// <summary>The members of an opened package that answer a requirement; empty where none do.</summary>
    public static IReadOnlyList<DebMember> Match(Requirement requirement, DebContents package, Platform platform)
    {
        if (requirement.Kind == RequirementKind.Command)
        {
            return [.. package.Named(requirement.Name).Where(member => IsInCommandFolder(member.Path))];
        }

        foreach (var form in LibraryForms.Of(requirement))
        {
            var matches = package.Members.Where(member =>
                LibraryForms.IsInLoaderFolder(member.Path, platform)
                && form(LibraryForms.FileOf(member.Path))
                // A link out of the package is followed later; a linker script or a foreign object is no library.
                && (package.IsLibrary(member, platform) || (member.LinkTarget is { } target && package.Find(target) is null))).ToList();
            if (matches.Count > 0)
            {
                return matches;
            }
        }

        return [];
    }

    /// <summary>
    /// The candidates by Contents, one list for every form of the name that some package has a file for, in the order the
    /// forms are tried; each list in ordinal order.
    /// </summary>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> CandidatesAsync(Requirement requirement)
    {
        var index = await contents().ConfigureAwait(false);
        var result = new List<IReadOnlyList<string>>();
        if (requirement.Kind == RequirementKind.Command)
        {
            await AddAsync(result, index.Commands(requirement.Name), requirement).ConfigureAwait(false);
            return result;
        }

        var libraries = index.Libraries(requirement.Name).Where(entry => LibraryForms.IsInLoaderFolder(entry.Path, pins.Platform)).ToList();
        foreach (var form in LibraryForms.Of(requirement))
        {
            await AddAsync(result, libraries.Where(entry => form(LibraryForms.FileOf(entry.Path))), requirement).ConfigureAwait(false);
        }

        return result;
    }

    private static bool IsInCommandFolder(string path) => LibraryForms.DirectoryOf(UsrMerge.Of(path)) is "/usr/bin" or "/usr/sbin";

    private async Task AddAsync(List<IReadOnlyList<string>> result, IEnumerable<ContentsEntry> entries, Requirement requirement)
    {
        var packages = await pins.IndexAsync().ConfigureAwait(false);
        var names = entries
            .Where(entry => requirement.Kind == RequirementKind.Command || !IsForDevelopment(entry.Section))
            .GroupBy(entry => entry.Package, StringComparer.Ordinal)
            .Where(group => !IsLinkerNameOnly(group, requirement))
            .Select(group => packages.Find(group.Key))
            .Where(package => package is not null && (requirement.Kind == RequirementKind.Command || !IsForDevelopment(package.Section)))
            .Select(package => package!.Pin.Name)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (names.Count > 0)
        {
            result.Add(names);
        }
    }

    // "libfoo.so" of libfoo-dev is for the linker, in whatever section the package was put.
    private static bool IsLinkerNameOnly(IGrouping<string, ContentsEntry> package, Requirement requirement) =>
        requirement.Kind == RequirementKind.Library
        && package.Key.EndsWith("-dev", StringComparison.Ordinal)
        && package.All(entry => entry.Path.EndsWith(".so", StringComparison.Ordinal));
}
