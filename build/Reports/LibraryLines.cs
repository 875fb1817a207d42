using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Inspect.Libraries;

namespace BusyboxGlibc.Reports;

/// <summary>The lines that show a <see cref="LibraryAnswer"/>.</summary>
internal static class LibraryLines
{
    private const int ListedPaths = 4;

    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Of(LibraryAnswer answer) =>
    [
        .. answer.Found is { } found ? Found(found) : [],
        .. answer.Rows.Count > 0 ? Rows(answer.Rows) : [],
        .. answer.More > 0 ? [$"and {answer.More} more: write a longer name"] : Array.Empty<string>(),
        .. answer.Notes.Select(note => $"note   {note.Replace("\n", "\n       ", StringComparison.Ordinal)}"),
        .. answer.Elsewhere.Select(Elsewhere),
        .. answer.Next is null ? Array.Empty<string>() : [$"next   {answer.Next.Replace("\n", "\n       ", StringComparison.Ordinal)}"],
    ];

    private static IEnumerable<string> Found(FoundLibrary found)
    {
        foreach (var same in found.Platforms.GroupBy(one => (one.Pin.Name, one.Pin.Version, Paths(one))))
        {
            var (package, version, paths) = same.Key;
            yield return $"{package} {version}{On(same.Count(), found.Platforms.Count, same)}";
            yield return $"  {paths}";
        }

        string[] heads = ["platform", "size", "adds", "compressed"];
        foreach (var line in TextTable.Lines([heads, .. found.Platforms.Select(Cells)]))
        {
            yield return $"  {line}";
        }

        foreach (var pulled in found.Platforms
            .SelectMany(one => one.Adds.Packages.Where(package => package.Name != one.Pin.Name).Select(package => (package.Name, one.Platform)))
            .GroupBy(pair => pair.Name, pair => pair.Platform, StringComparer.Ordinal)
            .GroupBy(package => string.Join(", ", package)))
        {
            yield return $"pulls in {string.Join(", ", pulled.Select(package => package.Key))}{(pulled.First().Count() == found.Platforms.Count ? string.Empty : $" on {pulled.Key}")}";
        }

        foreach (var absent in found.Absent.GroupBy(one => one.Why))
        {
            yield return $"not on {string.Join(", ", absent.Select(one => one.Platform))}: {absent.Key}";
        }

        foreach (var updated in found.Platforms.SelectMany(one => one.Adds.Updated).Distinct(StringComparer.Ordinal))
        {
            yield return $"note   it needs a newer package than the lock has: {updated}";
        }

        yield return $"line   {found.Line}{(found.IsCommand ? "   (in Commands of cake.config)" : "   (in lib-requires.txt)")}";
    }

    private static string On(int count, int all, IEnumerable<PlatformLibrary> these) => count == all ? string.Empty : $" on {string.Join(", ", these.Select(one => one.Platform))}";

    private static string Paths(PlatformLibrary one)
    {
        var paths = one.Paths.Select(path => MergedUsr.Of(path).Replace(one.Platform.Triplet, RequirementNames.Triplet, StringComparison.Ordinal)).ToList();
        return string.Join(", ", paths.Take(ListedPaths)) + (paths.Count > ListedPaths ? $" and {paths.Count - ListedPaths} more" : string.Empty);
    }

    private static string[] Cells(PlatformLibrary one) =>
    [
        one.Platform.Name,
        HumanReadable.Bytes(one.Size),
        one.Adds.Packages.Count == 0 ? "nothing" : HumanReadable.Bytes(one.Adds.UnpackedBytes),
        one.Adds.Packages.Count == 0 ? "(it is in the image)" : HumanReadable.Bytes(one.Adds.CompressedBytes),
    ];

    private static IEnumerable<string> Rows(IReadOnlyList<LibraryRow> rows) =>
        TextTable.Lines([["line", "package", "version", "path"], .. rows.Select(row => new[] { row.Line, row.Package, row.Version, row.Path })]);

    private static string Elsewhere(OtherSuite suite) => $"{suite.Codename,-6} {(
        suite.Unsearched is { } why ? $"not searched: {why}"
        : suite.Rows.Count == 0 ? "has nothing of that name"
        : string.Join(", ", suite.Rows.Select(row => $"{row.Path} of {row.Package} {row.Version}")))}";
}
