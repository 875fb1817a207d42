using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;

namespace BusyboxGlibc.Inspect.Libraries;

/// <summary>
/// Finds the package of a library or command in the verified indices: the same search as for a line of <c>lib-requires.txt</c>, so that what it finds
/// is what a build would take. Installs and writes nothing except the cache.
/// </summary>
/// <param name="open">Opens the suite.</param>
/// <param name="others">Opens the other suites as far as the cache has them.</param>
/// <param name="readLock">Reads the lock; null if there is none.</param>
/// <param name="store">Provides packages.</param>
/// <param name="jobs">How many packages are read in parallel.</param>
/// <param name="contents">Cached contents of packages.</param>
/// <param name="packages">Cached packages.</param>
/// <param name="bytes">Measures what is added.</param>
/// <param name="request">The request of the build.</param>
internal sealed class LibraryFinder(
    Func<CancellationToken, Task<ISuite>> open, OtherSuites others, Func<ImageLock?> readLock, IPackageStore store, int jobs, ContentsCache contents, PackageCache packages,
    AddedBytes bytes, LockRequest request)
{
    private const int Listed = 20;
    private const int ListedOfProject = 6;

    /// <summary>Answers a question.</summary>
    /// <exception cref="BuildException">It cannot be answered: an index is not available, or the lock is not valid.</exception>
    public async Task<LibraryAnswer> FindAsync(LibraryQuery query, CancellationToken cancellation)
    {
        var imageLock = readLock();
        var suite = await open(cancellation);
        using var owned = suite as IDisposable;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ahead = query.IsPattern ? [] : request.Platforms.Select(platform => ReadAheadAsync(() => suite.PackagesAsync(platform.DebianArchitecture, stop.Token))).ToList();
        try
        {
            return await FindAsync(query, suite, imageLock, ahead, stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(ahead);
        }
    }

    // What is likely to be needed is downloaded and read while the first platform is searched. Whoever needs it gets the same task, or its error.
    private static async Task ReadAheadAsync(Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (Exception error) when (error is BuildException or OperationCanceledException)
        {
            // Whoever needs it reports that.
        }
    }

    private async Task<LibraryAnswer> FindAsync(LibraryQuery query, ISuite suite, ImageLock? imageLock, List<Task> ahead, CancellationToken cancellation)
    {
        await using var catalog = new DebCatalog(store, contents, packages, request.ProjectFolder, jobs, cancellation);
        var views = request.Platforms.Select(platform => new Lazy<Task<SuiteView>>(() => SuiteView.OpenAsync(suite, platform, catalog, cancellation))).ToList();
        var view = await LeadOf(query, views).Value;
        if (view.Contents.Missing is { } missing)
        {
            throw new LockException($"the packages of {view.Codename} cannot be searched on {view.Platform}", why: missing, next: "choose another mirror: --mirror=URL");
        }

        var search = new Search(query, suite, catalog, view, views, imageLock, ahead);
        var answer = query.IsPattern ? Listing(query, view, query.Text, view.Matching(LibraryNames.FileOf(query.Text))) : await NamedAsync(search, cancellation);
        var elsewhere = answer.IsOfSuite ? [] : await others.FindAsync(query, request.Platforms, catalog, cancellation);
        return answer with
        {
            Releases = suite.Releases,
            Elsewhere = elsewhere,
            Next = !answer.IsFound && elsewhere.FirstOrDefault(other => other.Rows.Count > 0) is { } other
                ? $"{answer.Next}\nor build the image from Debian {other.Version}, which has it: --suite={other.Codename}" : answer.Next,
            Notes = imageLock is null && answer.Found is not null ? [.. answer.Notes, "there is no image.lock.json: what it adds is counted for an image without anything else"] : answer.Notes,
        };
    }

    // The loader's name differs between platforms, so that only one of them has it.
    private Lazy<Task<SuiteView>> LeadOf(LibraryQuery query, List<Lazy<Task<SuiteView>>> views) =>
        views[Math.Max(0, request.Platforms.Index().FirstOrDefault(one => LibraryNames.FileOf(one.Item.Loader) == LibraryNames.FileOf(query.Text)).Index)];

    private async Task<LibraryAnswer> NamedAsync(Search search, CancellationToken cancellation)
    {
        var (query, view) = (search.Query, search.View);
        if (InFolder(query, view) is { Count: > 0 } rows)
        {
            return Listing(query, view, query.Text, rows);
        }

        if (query.Kind == QueryKind.Library && SuiteVersions.Find(query.Text) is { } known)
        {
            return await VersionAsync(search, known, cancellation);
        }

        // What a project is built into, for a name that a library does not begin with.
        var readings = query.Readings(request.Platforms);
        var project = new Lazy<IReadOnlyList<LibraryRow>>(() => query.Kind == QueryKind.Library && readings is [{ Kind: RequirementKind.Command }, ..] ? view.OfProject(LibraryNames.FileOf(query.Text)) : []);
        foreach (var reading in readings)
        {
            if (reading.Kind == RequirementKind.Library && readings[0].Kind == RequirementKind.Command && !view.Names(reading) && project.Value.Count > 0)
            {
                continue;
            }

            if ((await view.CandidatesAsync(reading)).Count > 0 && await TryLineAsync(search, reading, cancellation) is { } answer)
            {
                return reading.Kind == RequirementKind.Command && query.Kind != QueryKind.Command
                    ? answer with { Notes = [$"{reading.Name} is a command{(project.Value.Count == 0 ? string.Empty : $"; the libraries of that project are {string.Join(", ", project.Value.Select(row => row.File).Distinct(StringComparer.Ordinal).Take(ListedOfProject))}")}", .. answer.Notes] }
                    : answer;
            }
        }

        if (query.Kind == QueryKind.Library && view.PackageOf(query.Text.ToLowerInvariant()) is { Rows.Count: > 0 } named
            && await PackageAsync(search, named.Package.Pin.Name, named.Rows, cancellation) is { } package)
        {
            return package;
        }

        if (project.Value.Count > 0)
        {
            return Listing(query, view, query.Text.ToLowerInvariant(), project.Value) with { Notes = [$"{query.Text} is the name of a project, or of its source package, and these are its libraries"], Next = "write the lines of those that your program needs" };
        }

        // That index is large: it is read only for what looks like a command.
        if (readings is [{ Kind: RequirementKind.Command } command, ..] && (query.Kind == QueryKind.Command || view.Packages.Find(command.Name) is not null)
            && await new ScriptPackages(search.Suite, store).FindAsync(command.Name, view.Packages, cancellation) is { Count: > 0 } scripts)
        {
            return Scripts(search, command.Name, scripts);
        }

        foreach (var reading in readings.Where(reading => reading.Kind == RequirementKind.Library).Take(1))
        {
            search.Ahead.AddRange(search.Views.Select(other => ReadAheadAsync(() => other.Value)));
            foreach (var other in search.Views)
            {
                if (await other.Value is { Contents.Missing: null } found && found != view && (await found.CandidatesAsync(reading)).Count > 0
                    && await TryLineAsync(search with { View = found }, reading, cancellation) is { } answer)
                {
                    return answer;
                }
            }

            // A name without .so may be the linker's for a library that the hints know.
            if (reading.Name.Contains(".so", StringComparison.Ordinal) && view.Below(reading) is { Count: > 0 } below)
            {
                return Listing(query, view, reading.Name, below) with { Notes = ["only a program that names the folder searches it there"], Next = "if that is what you want, write one of these lines" };
            }
        }

        return await MissingAsync(search, readings);
    }

    private async Task<LibraryAnswer> VersionAsync(Search search, SymbolVersion version, CancellationToken cancellation)
    {
        var library = await TryLineAsync(search, search.Query.Make(RequirementKind.Library, version.Soname, null, request.Platforms), cancellation);
        var without = request.Platforms.GroupBy(request.SuiteOf, StringComparer.Ordinal).Where(suite => !version.IsIn(suite.Key)).ToList();
        var isMixed = request.Platforms.Select(request.SuiteOf).Distinct(StringComparer.Ordinal).Skip(1).Any();
        return (library is not null && without.Sum(suite => suite.Count()) < request.Platforms.Count ? library : new LibraryAnswer(search.Query, [])) with
        {
            IsOfSuite = true,
            Notes = [.. version.Describe(request.Platforms.Select(request.SuiteOf))],
            Next = without.Count == 0 ? null : string.Join('\n', without.Select(suite =>
                $"a program that needs {version.Name} does not start with the {version.Library} of {suite.Key}{(isMixed ? $" ({string.Join(", ", suite)})" : string.Empty)}: build it on {suite.Key}")),
        };
    }

    private static LibraryAnswer Scripts(Search search, string command, IReadOnlyList<(ContentsEntry Entry, string? Interpreter)> scripts)
    {
        var (entry, interpreter) = scripts[0];
        var path = MergedUsr.Of(entry.Path);
        return new LibraryAnswer(search.Query, [])
        {
            IsOfSuite = true,
            Rows = [.. scripts.Select(one => search.View.RowOf(one.Entry, $"{MergedUsr.Of(one.Entry.Path)} = {one.Entry.Package}"))],
            Notes =
            [
                interpreter is null ? $"{command} of {entry.Package}, a package for all architectures, is no program of a platform, and no script: it leads to a file of another package"
                    : $"{command} of {entry.Package}, a package for all architectures, is a script for {interpreter}",
            ],
            Next = $"write {path} = {entry.Package} into lib-requires.txt, with a line for each folder that it reads, such as /usr/share/FOLDER/** = {entry.Package}{(interpreter is null ? string.Empty : $"; {interpreter.Split(' ').Last(word => !word.StartsWith('-'))} must be in the image too")}",
        };
    }

    // Null if the packages that might have it do not: only update-alternatives would put a link to it where the loader searches.
    private async Task<LibraryAnswer?> TryLineAsync(Search search, Requirement line, CancellationToken cancellation)
    {
        try
        {
            var trial = new LineTrial(store, jobs, contents, packages, bytes, request);
            var (found, warnings) = await trial.RunAsync(search.Suite, search.Catalog, search.Lock, line, cancellation);
            return found.Platforms.Count == 0 ? null : new LibraryAnswer(search.Query, []) { Found = found, Notes = [.. warnings] };
        }
        catch (LockException error)
        {
            // Several packages have it, or one of its dependencies is missing.
            List<LibraryRow> rows = [.. (await search.View.RowsAsync(line)).Where(row => line.Kind == RequirementKind.Command || row.IsSearched)];
            return Listing(search.Query, search.View, line.Name, rows) with { Notes = [error.Why is null ? error.What : $"{error.What}: {error.Why}"], Next = rows.Count > 1 ? "write one of these lines" : error.Next };
        }
    }

    // A library in a folder that only its program searches; the name alone is found in the loader's folders.
    private static IReadOnlyList<LibraryRow> InFolder(LibraryQuery query, SuiteView view)
    {
        if (query.Kind != QueryKind.Library || !query.Text.StartsWith('/'))
        {
            return [];
        }

        var (path, file) = (MergedUsr.Of(query.Text.Replace(RequirementNames.Triplet, view.Platform.Triplet, StringComparison.Ordinal)), LibraryNames.FileOf(query.Text));
        return [.. view.Contents.LibrariesBelow(file).Where(entry => MergedUsr.Of(entry.Path) == path).Select(entry => view.RowOf(entry, $"{file} = {entry.Package}"))];
    }

    private async Task<LibraryAnswer?> PackageAsync(Search search, string package, IReadOnlyList<LibraryRow> rows, CancellationToken cancellation)
    {
        var name = search.Query.Text.ToLowerInvariant();
        var answer = rows is [var only]
            ? await TryLineAsync(search, search.Query.Make(RequirementKind.Library, only.File, null, request.Platforms), cancellation)
            : Listing(search.Query, search.View, name, rows) with { Next = "write the lines of those that your program needs" };
        return answer is null ? null : answer with { Notes = [package == name ? $"{name} is the name of a package" : $"{name} is not a package of {search.View.Codename}, but {package} is", .. answer.Notes] };
    }

    private static LibraryAnswer Listing(LibraryQuery query, SuiteView view, string name, IReadOnlyList<LibraryRow> rows)
    {
        List<string> order = [.. Nearest.Names(name.Replace("*", string.Empty, StringComparison.Ordinal), rows.Select(row => row.File), Listed, most: int.MaxValue)];
        var shown = rows.OrderBy(row => order.IndexOf(row.File) is var at && at < 0 ? int.MaxValue : at).ThenBy(row => row.Package, StringComparer.Ordinal).Take(Listed).ToList();
        return new LibraryAnswer(query, [])
        {
            Rows = shown,
            More = rows.Count - shown.Count,
            Notes = rows.Count == 0 ? [$"no library in the loader's folders matches {query.Text} on {view.Platform}"] : [],
            Next = rows.Count == 0 ? "a name without wildcards also finds similar names" : null,
        };
    }

    private async Task<LibraryAnswer> MissingAsync(Search search, IReadOnlyList<Requirement> readings)
    {
        if (readings.Count == 0)
        {
            return new LibraryAnswer(search.Query, [])
            {
                Notes = [$"{search.Query.Text} cannot be the name of a library in a loader's folder, of a package or of a command"],
                Next = "if you know the package, request the file by its path: /usr/lib/{triplet}/FOLDER/FILE.so = PACKAGE",
            };
        }

        var (why, next) = await search.View.HintAsync(readings[0] with { OnlyOn = request.Platforms, IsOptional = false });
        return new LibraryAnswer(search.Query, [])
        {
            Notes = [$"no package of {string.Join(" or ", request.Platforms.Select(request.SuiteOf).Distinct(StringComparer.Ordinal))} has {search.Query.Text}{(search.Views.Count > 1 ? " on any platform" : string.Empty)}", .. why is null ? Array.Empty<string>() : [why]],
            Next = next,
        };
    }

    private sealed record Search(LibraryQuery Query, ISuite Suite, DebCatalog Catalog, SuiteView View, IReadOnlyList<Lazy<Task<SuiteView>>> Views, ImageLock? Lock, List<Task> Ahead);
}
