using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Inspect.Libraries;
using BusyboxGlibc.Inspect.Reasons;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports;

namespace BusyboxGlibc.Setup;

/// <summary>What answers questions about libraries and the image, made when it is asked.</summary>
/// <param name="services">The host's services.</param>
public sealed class Inspections(IServiceProvider services)
{
    /// <summary>Explains why files are in the image.</summary>
    internal ReasonFinder Reasons => services.Get<ReasonFinder>();

    /// <summary>Finds libraries or commands.</summary>
    internal async Task<GivenAnswer> FindLibrariesAsync(CancellationToken cancellation)
    {
        var answers = new List<GivenAnswer>();
        foreach (var query in LibraryQuery.Read(services.Options().Inspect))
        {
            answers.Add(await FindLibraryAsync(query, cancellation));
        }

        return answers is [var only] ? only : new GivenAnswer(
            LibraryJson.Join(answers.Select(answer => answer.Json)),
            [.. answers.SelectMany((answer, index) => index == 0 ? answer.Lines : [string.Empty, .. answer.Lines])],
            answers.Any(answer => answer.No is not null) ? string.Join("; ", answers.Select(answer => answer.No).OfType<string>()) : null);
    }

    private Task<GivenAnswer> FindLibraryAsync(LibraryQuery query, CancellationToken cancellation) =>
        new KnownAnswers(services.Get<BuildPaths>().Cache).GetAsync(() => KeyOf(query), async () =>
        {
            var answer = await (query.Kind == QueryKind.Symbol ? services.Get<SymbolFinder>().FindAsync(query, cancellation) : services.Get<LibraryFinder>().FindAsync(query, cancellation));
            return new GivenAnswer(LibraryJson.Of(answer), LibraryLines.Of(answer), answer.IsFound ? null : $"{query.Text} is not found")
            {
                // The key tells when a suite comes into the cache, not when more of its indices do; and a run beside this one may have fetched newer Release files meanwhile.
                IsFinal = answer.Elsewhere.All(suite => suite.Unsearched is null || ReleasesOf(suite.Codename).Length == 0)
                    && answer.Releases.Select(release => release.Sha256).ToHashSet(StringComparer.Ordinal).IsSubsetOf(Newest().Select(FileHash.Of)),
            };
        });

    private string[] ReleasesOf(string codename) => Directory.GetFiles(Path.Combine(services.Get<BuildPaths>().Cache, "releases"), $"{codename}*.InRelease");

    // Older ones have their date in the name.
    private IEnumerable<string> Newest() => Suites.All.SelectMany(suite => ReleasesOf(suite.Codename)).Where(file => Path.GetFileName(file).Count('.') == 1);

    // Everything that an answer depends on: the question, the lines, the lock, the program, and the Release files, which name the content of all indices.
    private string? KeyOf(LibraryQuery query)
    {
        var (request, paths, now) = (services.Get<LockRequest>(), services.Get<BuildPaths>(), services.Get<TimeProvider>().GetUtcNow());
        if (query.Kind == QueryKind.Symbol || services.Options().Debian.Keyring.Files.Count > 0 || request.Requirements.Any(line => line.Kind == RequirementKind.Overlay || line.PackageFile is not null)
            || !(RecentSuite.FetchedAt(paths.Cache, request.Suite) is { } fetched && now - fetched is var age && age >= TimeSpan.Zero && age < DebianServices.Recent))
        {
            return null;
        }

        var releases = Suites.All.SelectMany(suite => ReleasesOf(suite.Codename)).Order(StringComparer.Ordinal);
        return InputKey.Of(
        [
            typeof(Inspections).Assembly.ManifestModule.ModuleVersionId.ToString(), query.Kind.ToString(), query.Text, request.Suite, string.Join(' ', request.Platforms),
            string.Join('\n', request.Requirements), string.Join('\n', request.BasePackages.Select(part => $"{part.Package} {string.Join(' ', part.Patterns)}")),
            File.Exists(paths.Lock) ? FileHash.Of(paths.Lock) : string.Empty, .. releases.Select(FileHash.Of),
        ]);
    }
}
