using System.IO.Enumeration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Libraries;

/// <summary>The indices of a suite for one platform, searched by names.</summary>
internal sealed class SuiteView
{
    private readonly DebCatalog? _catalog;

    private SuiteView(Platform platform, string codename, IPackageIndex packages, IContentsIndex contents, PinChoice pins, DebCatalog? catalog)
    {
        (Platform, Codename, Packages, Contents, Pins, _catalog) = (platform, codename, packages, contents, pins, catalog);
        Search = new RequirementSearch(pins, () => Task.FromResult(contents));
    }

    /// <summary>The platform.</summary>
    public Platform Platform { get; }

    /// <summary>The codename of the suite that the platform comes from.</summary>
    public string Codename { get; }

    /// <summary>Its packages.</summary>
    public IPackageIndex Packages { get; }

    /// <summary>The files of these packages.</summary>
    public IContentsIndex Contents { get; }

    /// <summary>Selects versions: always the newest.</summary>
    public PinChoice Pins { get; }

    /// <summary>Finds candidates.</summary>
    public RequirementSearch Search { get; }

    /// <summary>Opens the indices of a platform.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="catalog">Reads packages for hints; null if none are asked for.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public static async Task<SuiteView> OpenAsync(ISuite suite, Platform platform, DebCatalog? catalog, CancellationToken cancellation)
    {
        var contents = Task.Run(() => suite.ContentsAsync(platform.DebianArchitecture, cancellation), cancellation);
        var packages = await suite.PackagesAsync(platform.DebianArchitecture, cancellation);
        return new SuiteView(platform, suite.CodenameOf(platform.DebianArchitecture), packages, await contents, new PinChoice(suite, platform, [], [], [], cancellation), catalog);
    }

    /// <summary>The hints for a name that no package has, as the error of a line in <c>lib-requires.txt</c> shows them.</summary>
    public Task<(string? Why, string Next)> HintAsync(Requirement requirement)
    {
        var hints = new RequirementHints(new ResolvedFiles(Pins, _catalog!, static _ => { }), Search, Pins, Contents);
        return requirement.Kind == RequirementKind.Command ? hints.ForCommandAsync(requirement) : hints.ForLibraryAsync(requirement);
    }

    /// <summary>The packages that a line would be satisfied from: the best match only.</summary>
    public async Task<IReadOnlyList<string>> CandidatesAsync(Requirement requirement) =>
        await Search.CandidatesAsync(requirement) is [var best, ..] ? best : await Search.AlternativeCandidatesAsync(requirement);

    /// <summary>The row of each candidate, with the line that selects it.</summary>
    public async Task<IReadOnlyList<LibraryRow>> RowsAsync(Requirement requirement)
    {
        var packages = await CandidatesAsync(requirement);
        var entries = requirement.Kind == RequirementKind.Command
            ? Contents.Commands(requirement.Name)
            : [.. Contents.Libraries(requirement.Name), .. Contents.LibrariesBelow(requirement.Name)];
        return [.. packages
            .Select(package => entries
                .Where(entry => entry.Package == package)
                .OrderBy(entry => requirement.Kind == RequirementKind.Command ? 0 : LibraryNames.Rank(requirement, LibraryNames.FileOf(entry.Path)))
                .ThenBy(entry => entry.Path.Length)
                .FirstOrDefault() is { } entry ? RowOf(entry, LibraryQuery.LineOf(requirement.Kind, requirement.Name, packages.Count > 1 ? package : null)) : null)
            .OfType<LibraryRow>()];
    }

    /// <summary>The libraries in the loader's folders whose names match a pattern, each by the shortest of its file names; without those for building.</summary>
    /// <param name="pattern">The pattern of the file name, or of the name up to <c>.so</c>.</param>
    public IReadOnlyList<LibraryRow> Matching(string pattern)
    {
        var fixedStart = pattern[..pattern.AsSpan().IndexOfAny('*', '?')];
        return Libraries(Contents.Libraries(fixedStart).Where(entry => LibraryNames.FileOf(entry.Path) is var file
            && (FileSystemName.MatchesSimpleExpression(pattern, file, ignoreCase: false)
                || FileSystemName.MatchesSimpleExpression(pattern, LibraryNames.StemOf(file), ignoreCase: false))));
    }

    /// <summary>The libraries of a package in the loader's folders.</summary>
    public IReadOnlyList<LibraryRow> LibrariesOf(string package) => Libraries(Contents.Libraries(string.Empty).Where(entry => entry.Package == package));

    /// <summary>The libraries of an upstream project in the loader's folders, by its name: <c>zlib</c>, <c>boost</c>, <c>Qt6</c>.</summary>
    public IReadOnlyList<LibraryRow> OfProject(string name)
    {
        var packages = ProjectPackages.Of(Packages, name).Select(package => package.Pin.Name).ToHashSet(StringComparer.Ordinal);
        return packages.Count == 0 ? [] : Libraries(Contents.Libraries(string.Empty).Where(entry => packages.Contains(entry.Package)));
    }

    /// <summary>Whether the loader finds a library that is named like a requirement, and not only parts of one.</summary>
    public bool Names(Requirement requirement) => Contents.Libraries(requirement.Name)
        .Any(entry => LibraryNames.IsInLoaderFolder(entry.Path, Platform) && !RequirementSearch.IsForDevelopment(entry.Section) && LibraryNames.Rank(requirement, LibraryNames.FileOf(entry.Path)) < 2);

    /// <summary>The package of a name, with <c>t64</c>, or that provides it, and its libraries; those of what it depends on if it is a <c>-dev</c> package.</summary>
    public (IndexedPackage Package, IReadOnlyList<LibraryRow> Rows)? PackageOf(string name)
    {
        var found = Packages.Find(name) ?? Packages.Find($"{name}t64") ?? (Packages.Providers(name) is [var provider, ..] ? provider : null);
        return found is null ? null : (found, LibrariesOf(found.Pin.Name) is var own && (own.Count > 0 || !found.Pin.Name.EndsWith("-dev", StringComparison.Ordinal))
            ? own
            : [.. found.Depends.Select(alternatives => alternatives[0].Name).Distinct(StringComparer.Ordinal).SelectMany(LibrariesOf)]);
    }

    /// <summary>The files of that name in folders that only a program that names them searches; without those for building.</summary>
    public IReadOnlyList<LibraryRow> Below(Requirement requirement) =>
    [
        .. Contents.LibrariesBelow(requirement.Name)
            .Where(entry => LibraryNames.Rank(requirement, LibraryNames.FileOf(entry.Path)) <= 1 && !RequirementSearch.IsForDevelopment(entry.Section))
            .Select(entry => RowOf(entry, LibraryQuery.LineOf(RequirementKind.Library, requirement.Name, entry.Package)))
            .DistinctBy(row => row.Package),
    ];

    /// <summary>A row of an index.</summary>
    public LibraryRow RowOf(ContentsEntry entry, string line) => new(
        LibraryNames.FileOf(entry.Path),
        entry.Package,
        Packages.Find(entry.Package)?.Pin.Version ?? string.Empty,
        MergedUsr.Of(entry.Path).Replace(Platform.Triplet, RequirementNames.Triplet, StringComparison.Ordinal),
        line);

    private IReadOnlyList<LibraryRow> Libraries(IEnumerable<ContentsEntry> entries)
    {
        var all = entries
            .Where(entry => !RequirementSearch.IsForDevelopment(entry.Section) && LibraryNames.IsInLoaderFolder(entry.Path, Platform)
                && !(entry.Package.EndsWith("-dev", StringComparison.Ordinal) && entry.Path.EndsWith(".so", StringComparison.Ordinal)))
            .ToList();
        var files = all.Select(entry => (LibraryNames.FileOf(entry.Path), entry.Package)).ToHashSet();
        return [.. all
            .Where(entry => !Shorter(LibraryNames.FileOf(entry.Path)).Any(other => files.Contains((other, entry.Package)))
                && Packages.Find(entry.Package) is { } package && !RequirementSearch.IsForDevelopment(package.Section))
            .Select(entry => RowOf(entry, LibraryNames.FileOf(entry.Path)))];
    }

    // libssl.so.3 and libssl.so, for libssl.so.3.0.1: the file that has one of these names in the same package is the library, this one its target.
    private static IEnumerable<string> Shorter(string file)
    {
        for (var end = file.LastIndexOf('.'); end > 0 && file.AsSpan(0, end).Contains(".so", StringComparison.Ordinal); end = file.LastIndexOf('.', end - 1))
        {
            yield return file[..end];
        }
    }
}
