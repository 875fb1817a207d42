using System.Collections.Concurrent;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>Where a library comes from.</summary>
/// <param name="Package">The Debian package; null if there is none, or it is not known.</param>
/// <param name="Line">The line for lib-requires.txt; null if no line adds it.</param>
/// <param name="Next">What to do without a line, or what else is worth knowing; null if the line is enough.</param>
internal sealed record LibrarySource(string? Package, string? Line, string? Next);

/// <summary>Finds the Debian package that has a library, from the verified indices; nothing is downloaded but an index that is not in the cache.</summary>
/// <param name="open">Opens the suite in one or several ways, such as from the cache and from the network: the next one is used only for what the ones before
/// it do not know.</param>
/// <param name="cancellation">Cancels the operation.</param>
/// <param name="others">Opens suites, those of the platforms among them, as far as the cache has them.</param>
internal sealed class LibraryPackages(
    IReadOnlyList<Func<CancellationToken, Task<ISuite>>> open, CancellationToken cancellation, IReadOnlyList<(SuiteFacts Suite, Func<CancellationToken, Task<ISuite>> Open)>? others = null)
{
    private readonly List<(SuiteFacts Suite, Lazy<Task<ISuite>> Opened)> _others = [.. (others ?? []).Select(other => (other.Suite, new Lazy<Task<ISuite>>(() => other.Open(cancellation))))];
    private readonly List<Lazy<Task<ISuite>>> _suites = [.. open.Select(way => new Lazy<Task<ISuite>>(() => way(cancellation)))];
    private readonly ConcurrentDictionary<(ISuite Suite, string Architecture), Task<IContentsIndex>> _contents = [];
    private readonly ConcurrentDictionary<(string Soname, Platform Platform, string Folders), Task<LibrarySource>> _found = [];

    /// <summary>Returns where a library comes from.</summary>
    /// <param name="soname">The name as a program needs it.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="folders">The folders that the program names itself (RPATH, RUNPATH).</param>
    public Task<LibrarySource> FindAsync(string soname, Platform platform, IReadOnlyList<string> folders) =>
        _found.GetOrAdd((soname, platform, string.Join(':', folders)), _ => FindOnceAsync(soname, platform, folders));

    /// <summary>Returns the package of a library that a program may load; null if it is not known. Only the first way to open the suite is used: a guess is worth no download.</summary>
    public async Task<string?> GuessAsync(string name, Platform platform)
    {
        try
        {
            return (await SearchAsync(await _suites[0].Value, RequirementFile.Parse(name, "--binary", [platform])[0], platform, [])).Package;
        }
        catch (BuildException)
        {
            return null;
        }
    }

    private static LibrarySource Nowhere(string soname, string why) => new(
        null, null, $"{why}; provide it yourself: {soname} = ./debs/FILE_{RequirementNames.Architecture}.deb, or /usr/local/lib/{soname} in an overlay");

    private async Task<LibrarySource> FindOnceAsync(string soname, Platform platform, IReadOnlyList<string> folders)
    {
        Requirement requirement;
        try
        {
            requirement = RequirementFile.Parse(soname, "--binary", [platform])[0];
        }
        catch (ConfigurationException)
        {
            return new LibrarySource(null, null, "no line of lib-requires.txt can ask for this name; copy the file beside the program");
        }

        LibrarySource? answer = null;
        string? codename = null;
        BuildException? failure = null;
        foreach (var suite in _suites)
        {
            try
            {
                answer = await SearchAsync(await suite.Value, requirement, platform, folders);
                codename = (await suite.Value).CodenameOf(platform.DebianArchitecture);
                if (answer.Package is not null)
                {
                    return answer;
                }
            }
            catch (BuildException error)
            {
                failure = error;
            }
        }

        foreach (var (other, opened) in answer is null ? [] : _others.Where(other => other.Suite.Codename != codename))
        {
            try
            {
                if ((await SearchAsync(await opened.Value, requirement, platform, folders)).Package is { } package)
                {
                    return answer! with { Next = $"{answer.Next}; Debian {other.Version} has it in {package}: --suite={other.Codename}" };
                }
            }
            catch (BuildException)
            {
                // The cache does not have that suite.
            }
        }

        return answer ?? new LibrarySource(null, null, $"the package is not known: {failure!.What}{(failure.Why is null ? string.Empty : $": {failure.Why.ReplaceLineEndings(" ")}")}");
    }

    private async Task<LibrarySource> SearchAsync(ISuite suite, Requirement requirement, Platform platform, IReadOnlyList<string> folders)
    {
        Task<IContentsIndex> Contents() => _contents.GetOrAdd((suite, platform.DebianArchitecture), _ => suite.ContentsAsync(platform.DebianArchitecture, cancellation));
        var search = new RequirementSearch(new PinChoice(suite, platform, [], [], [], cancellation), Contents);
        var contents = await Contents();
        if (contents.Missing is { } missing)
        {
            return new LibrarySource(null, null, $"the package is not known: {missing}");
        }

        // Known once its index is open.
        var codename = suite.CodenameOf(platform.DebianArchitecture);
        var soname = requirement.Name;
        if (await search.CandidatesAsync(requirement) is [var best, ..])
        {
            return Of(soname, best);
        }

        // Such a library may itself need others of its folder, which are found only for the program.
        var named = folders.Select(folder => MergedUsr.Of(folder)).ToHashSet(StringComparer.Ordinal);
        var below = Below(contents, soname);
        if (below.Find(entry => named.Contains(MergedUsr.Of(LibraryNames.DirectoryOf(entry.Path)))) is { } own)
        {
            return new LibrarySource(own.Package, $"{soname} = {own.Package} (plugin)", null);
        }

        if (await search.AlternativeCandidatesAsync(requirement) is { Count: > 0 } alternatives)
        {
            return Of(soname, alternatives) with { Line = $"{soname} = {alternatives[0]}" };
        }

        if (below.Count > 0)
        {
            return new LibrarySource(below[0].Package, null, $"{below[0].Package} has it in {LibraryNames.DirectoryOf(below[0].Path)}, where only a program that names this folder finds it (RUNPATH)");
        }

        // Of libfoo.so.3 and the file libfoo.so.3.0.1 behind it, only the soname.
        var alike = contents.Libraries(LibraryNames.StemOf(soname) + ".so.").Select(entry => LibraryNames.FileOf(entry.Path)).Distinct(StringComparer.Ordinal).ToList();
        var versions = alike.Where(name => !alike.Exists(other => name.StartsWith(other + ".", StringComparison.Ordinal))).Order(StringComparer.Ordinal).ToList();
        return Nowhere(soname, versions.Count == 0
            ? $"no package of {codename} has it"
            : $"no package of {codename} has it: there is {string.Join(", ", versions.Take(3))}, with another ABI, for which the program must be built");
    }

    private static LibrarySource Of(string soname, IReadOnlyList<string> packages) => packages.Count == 1
        ? new LibrarySource(packages[0], soname, null)
        : new LibrarySource(packages[0], $"{soname} = {packages[0]}", $"also in {string.Join(", ", packages.Skip(1).Take(5))}");

    private static List<ContentsEntry> Below(IContentsIndex contents, string soname) =>
        [.. contents.LibrariesBelow(soname).Where(entry => LibraryNames.FileOf(entry.Path) == soname && !RequirementSearch.IsForDevelopment(entry.Section))];
}
