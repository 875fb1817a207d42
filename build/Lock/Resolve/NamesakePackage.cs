using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// A package whose name is the name of a library of another package, although its own libraries are others: <c>libssl3</c> is a library of NSS
/// (<c>libssl3.so</c> of <c>libnss3</c>), and the package of OpenSSL (<c>libssl3t64</c>, before 64-bit time_t <c>libssl3</c>).
/// </summary>
/// <param name="Name">The package's name.</param>
/// <param name="Libraries">Its libraries in the loader's folders, in ordinal order, each by the shortest of its file names.</param>
internal sealed record NamesakePackage(string Name, IReadOnlyList<string> Libraries)
{
    private const int Listed = 6;

    /// <summary>Finds the package; null if there is none, or if it has the library too.</summary>
    /// <param name="requirement">A line that names a library without its version.</param>
    /// <param name="taken">The package that the library is taken from.</param>
    /// <param name="packages">The platform's packages.</param>
    /// <param name="contents">The files of these packages; called only if there is a package of that name.</param>
    /// <param name="platform">The platform.</param>
    public static async Task<NamesakePackage?> FindAsync(Requirement requirement, string taken, IPackageIndex packages, Func<Task<IContentsIndex>> contents, Platform platform)
    {
        if (new[] { requirement.Name, requirement.Name + "t64" }.FirstOrDefault(name => packages.Find(name) is not null) is not { } package || package == taken)
        {
            return null;
        }

        var files = (await contents()).Libraries("lib")
            .Where(entry => entry.Package == package && !RequirementSearch.IsForDevelopment(entry.Section) && LibraryNames.IsInLoaderFolder(entry.Path, platform))
            .Select(entry => LibraryNames.FileOf(entry.Path))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var libraries = files.Where(file => !files.Any(other => file.StartsWith($"{other}.", StringComparison.Ordinal))).Order(StringComparer.Ordinal).ToList();
        return libraries.Count == 0 || files.Any(file => LibraryNames.Rank(requirement, file) != LibraryNames.NoRank) ? null : new NamesakePackage(package, libraries);
    }

    /// <summary>The warning, with the lines to write for each meaning.</summary>
    /// <param name="requirement">The line.</param>
    /// <param name="taken">The package that the library is taken from.</param>
    /// <param name="file">The library's file.</param>
    public string Warning(Requirement requirement, string taken, string file) =>
        $"{requirement.Where}: {requirement.Name} is {file} of {taken}, which is taken, but {Name} is also a package with other libraries: for these write {string.Join(" or ", Libraries.Take(Listed))}{(Libraries.Count > Listed ? " or another of its libraries" : string.Empty)}; to keep {file} without this warning write {requirement.Name} = {taken}";
}
