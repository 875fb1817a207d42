using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Libraries;

/// <summary>The suites other than the run's, as far as the cache has their indices: they are never downloaded for this.</summary>
/// <param name="suites">The suites.</param>
/// <param name="open">Opens one without the network.</param>
internal sealed class OtherSuites(IReadOnlyList<SuiteFacts> suites, Func<SuiteFacts, CancellationToken, Task<ISuite>> open)
{
    private const int Listed = 3;

    /// <summary>Searches them.</summary>
    /// <param name="query">The question.</param>
    /// <param name="platforms">The platforms of the run; the first that the suite supports is searched.</param>
    /// <param name="catalog">Reads packages.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public async Task<IReadOnlyList<OtherSuite>> FindAsync(LibraryQuery query, IReadOnlyList<Platform> platforms, DebCatalog catalog, CancellationToken cancellation) =>
        await Task.WhenAll(suites.Select(suite => Task.Run(() => FindAsync(suite, query, platforms, catalog, cancellation), cancellation)));

    private async Task<OtherSuite> FindAsync(SuiteFacts suite, LibraryQuery query, IReadOnlyList<Platform> platforms, DebCatalog catalog, CancellationToken cancellation)
    {
        var answer = new OtherSuite(suite.Codename, suite.Version, [], null);
        if (platforms.FirstOrDefault(suite.Platforms.Contains) is not { } platform)
        {
            return answer with { Unsearched = "it has none of the platforms" };
        }

        try
        {
            var opened = await open(suite, cancellation);
            using var owned = opened as IDisposable;
            var view = await SuiteView.OpenAsync(opened, platform, catalog, cancellation);
            if (query.IsPattern)
            {
                return answer with { Rows = [.. view.Matching(LibraryNames.FileOf(query.Text)).Take(Listed)] };
            }

            foreach (var reading in query.Readings(platforms))
            {
                // Of a name for the linker, what only the programs of a folder load is no answer.
                var rows = (await view.RowsAsync(reading)).Where(row => reading.Kind == RequirementKind.Command || reading.Name.Contains(".so", StringComparison.Ordinal) || row.IsSearched).ToList();
                if (rows.Count > 0)
                {
                    return answer with { Rows = [.. rows.Take(Listed)] };
                }
            }

            return answer with
            {
                Rows = query.Kind != QueryKind.Library ? []
                    : [.. (view.PackageOf(query.Text.ToLowerInvariant())?.Rows is { Count: > 0 } named ? named : view.OfProject(LibraryNames.FileOf(query.Text))).Take(Listed)],
            };
        }
        catch (DebianException)
        {
            return answer with { Unsearched = "its indices are not in the cache" };
        }
    }
}
