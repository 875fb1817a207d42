using System.Text.RegularExpressions;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// Finds what an upstream project is built into, by the names of Debian's source packages: <c>zlib</c> and <c>glibc</c> by their own, <c>boost</c> as
/// <c>boost1.83</c>, <c>qt6</c> as <c>qt6-base</c> and others.
/// </summary>
internal static partial class ProjectPackages
{
    /// <summary>The packages of a project that may have libraries; the sources with the most exact name only.</summary>
    /// <param name="packages">The packages of a suite.</param>
    /// <param name="name">The project's name, in any letter case.</param>
    public static IReadOnlyList<IndexedPackage> Of(IPackageIndex packages, string name)
    {
        var project = name.ToLowerInvariant();
        if (project.Length < 2)
        {
            return [];
        }

        return packages.Sourced(source => RankOf(source, project) is not null)
            .Where(package => !RequirementSearch.IsForDevelopment(package.Section))
            .GroupBy(package => RankOf(package.Pin.Source, project))
            .OrderBy(group => group.Key)
            .FirstOrDefault(group => group.Any(package => package.Section is "libs" or "oldlibs"))?.ToList() ?? [];
    }

    private static int? RankOf(string source, string project) =>
        !source.StartsWith(project, StringComparison.Ordinal) ? null
        : source.Length == project.Length ? 0
        : Version().IsMatch(source.AsSpan(project.Length)) ? 1
        : source[project.Length] == '-' ? 2
        : null;

    [GeneratedRegex(@"\A-?[0-9][0-9.]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
