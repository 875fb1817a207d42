using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Libraries;

/// <summary>
/// Finds the library that defines a symbol, from the <c>symbols</c> files of packages. No index has these, so that only the packages in the cache are
/// searched, or those of the library that <c>--name</c> names.
/// </summary>
/// <param name="open">Opens the suite.</param>
/// <param name="store">Provides packages.</param>
/// <param name="isCached">Whether the cache has the file of that checksum.</param>
/// <param name="platforms">The platforms of the run; the first is searched.</param>
/// <param name="cache">The cache folder, in which what was read is kept.</param>
/// <param name="board">Where progress is shown.</param>
/// <param name="jobs">How many packages are read in parallel.</param>
internal sealed class SymbolFinder(
    Func<CancellationToken, Task<ISuite>> open, IPackageStore store, Func<string, bool> isCached, IReadOnlyList<Platform> platforms, string cache, IProgressBoard board, int jobs)
{
    // Change this when what is kept changes.
    private const string Format = "busybox-glibc symbols 1";
    private const int Listed = 20;
    private const int ListedVersions = 8;

    private readonly DerivedCache _known = new(Path.Combine(cache, "derived", "symbols"), 16 << 20);

    /// <summary>Answers a question.</summary>
    /// <param name="query">The symbol, perhaps with the library to search.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="Foundation.Errors.BuildException">An index or a package is not available.</exception>
    public async Task<LibraryAnswer> FindAsync(LibraryQuery query, CancellationToken cancellation)
    {
        var suite = await open(cancellation);
        using var owned = suite as IDisposable;
        var view = await SuiteView.OpenAsync(suite, platforms[0], null, cancellation);
        var packages = query.Within is null ? Cached(view)
            : await NamedAsync(view, query.Within);
        var lists = new IReadOnlyList<LibrarySymbol>[packages.Count];
        using (var line = board.Begin("read symbols", packages.Count, ProgressUnit.Files))
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, packages.Count), new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellation }, async (index, token) =>
            {
                lists[index] = await ReadAsync(packages[index], token);
                line.Add(1);
            });
            line.Done();
        }

        var pattern = new SymbolPattern(query.Text);
        var found = packages.Zip(lists).SelectMany(pair => pair.Second.Where(pattern.IsMatch).Select(symbol => (Package: pair.First, Symbol: symbol))).ToList();
        var listing = lists.Count(list => list.Count > 0);
        var libraries = found.GroupBy(one => (one.Package, one.Symbol.Soname)).ToList();
        var set = query.Within is null ? $"the {Plural.Count(listing, "package")} in the cache" : listing > 0 ? string.Join(", ", packages.Select(package => package.Name)) : $"{query.Within.Text}, whose packages list no symbols";
        return new LibraryAnswer(query, suite.Releases)
        {
            Rows = [.. libraries.Take(Listed).Select(library => RowOf(view, library.Key.Package, library.Key.Soname))],
            More = Math.Max(0, libraries.Count - Listed),
            Notes =
            [
                .. libraries.Take(Listed).Select(library => $"{library.Key.Soname} has {string.Join(", ", library.Take(ListedVersions).Select(one => $"{one.Symbol.Name}@{one.Symbol.Version} since {one.Symbol.Since}"))}{(library.Count() > ListedVersions ? $" and {library.Count() - ListedVersions} more" : string.Empty)}"),
                $"searched {set}, on {platforms[0]}",
            ],
            Next = libraries.Count > 0 ? null : query.Within is null ? $"name a library that may have it: --symbol={query.Text} --name=LIBRARY" : $"name another library, or search those in the cache: --symbol={query.Text}",
        };
    }

    // Only packages with a library that the loader finds.
    private List<PinnedPackage> Cached(SuiteView view) =>
    [
        .. view.Contents.Libraries(string.Empty)
            .Where(entry => !RequirementSearch.IsForDevelopment(entry.Section) && LibraryNames.IsInLoaderFolder(entry.Path, view.Platform))
            .Select(entry => entry.Package).Distinct(StringComparer.Ordinal)
            .Select(view.Packages.Find).OfType<IndexedPackage>().Select(package => package.Pin).Where(pin => isCached(pin.Sha256)),
    ];

    private async Task<IReadOnlyList<LibrarySymbol>> ReadAsync(PinnedPackage package, CancellationToken cancellation)
    {
        var key = InputKey.Of(Format, package.Sha256);
        var content = _known.Find(key, reader => reader.ReadBytes(reader.ReadInt32()));
        if (content is null)
        {
            using var file = DebFile.Open(File.OpenRead(await store.FetchAsync(package, cancellation)), package.Name);
            content = file.Control.Symbols.ToArray();
            _known.Keep(key, writer =>
            {
                writer.Write(content.Length);
                writer.Write(content);
            });
        }

        return [.. SymbolsFile.Read(content)];
    }

    private async Task<List<PinnedPackage>> NamedAsync(SuiteView view, LibraryQuery within)
    {
        foreach (var reading in within.Readings(platforms).Where(reading => reading.Kind == Configuration.Requirements.RequirementKind.Library))
        {
            if (await view.CandidatesAsync(reading) is { Count: > 0 } names)
            {
                return [.. names.Select(view.Packages.Find).OfType<IndexedPackage>().Select(package => package.Pin)];
            }
        }

        return view.PackageOf(within.Text.ToLowerInvariant()) is { } named ? [named.Package.Pin]
            : view.OfProject(within.Text) is { Count: > 0 } rows ? [.. rows.Select(row => row.Package).Distinct(StringComparer.Ordinal).Select(view.Packages.Find).OfType<IndexedPackage>().Select(package => package.Pin)]
            : throw new DebianException($"there is no library {within.Text} to search", "argument --name", $"no package of {view.Platform} has it", $"./build.sh --target=FindLibrary --name={within.Text} says what there is");
    }

    private static LibraryRow RowOf(SuiteView view, PinnedPackage package, string soname) =>
        view.Contents.Libraries(soname).FirstOrDefault(entry => entry.Package == package.Name && LibraryNames.FileOf(entry.Path) == soname) is { } entry
            ? view.RowOf(entry, soname)
            : new LibraryRow(soname, package.Name, package.Version, string.Empty, $"{soname} = {package.Name}");
}
