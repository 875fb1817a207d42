using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Inspect.Libraries;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Inspect.Libraries;

/// <summary>A finder over a small archive.</summary>
internal sealed class FinderBench(params Platform[] platforms) : IDisposable
{
    public FakeArchive Archive { get; } = ResolverTests.Archive(platforms);

    /// <summary>The other suite; it has no index until something is put into it.</summary>
    public FakeArchive? Other { get; set; }

    public ImageLock? Lock { get; set; }

    public IReadOnlyDictionary<Platform, string> PlatformSuites { get; set; } = new Dictionary<Platform, string>();

    public IReadOnlyList<Requirement> Requirements { get; set; } = [];

    public static LibraryQuery Query(string name = "", string command = "") => LibraryQuery.Read(new InspectOptions(name, command, false)).Single();

    /// <summary>Resolves the requirements into the lock.</summary>
    public async Task<FinderBench> LockedAsync(params string[] names)
    {
        Requirements = [.. names.Select((name, index) => Locks.Library(name, index + 1, optional: false))];
        Lock = await Archive.ResolveAsync(platforms, Requirements);
        return this;
    }

    public Task<LibraryAnswer> FindAsync(string name = "", string command = "") => Finder().FindAsync(Query(name, command), default);

    public LibraryFinder Finder(ISuite? suite = null)
    {
        var packages = new PackageCache(Path.Combine(Archive.Folder, "cache"));
        return new LibraryFinder(
            _ => Task.FromResult(suite ?? new Borrowed(Archive)),
            new OtherSuites(
                Other is null ? [] : [Suites.Bookworm],
                (_, _) => Task.FromResult<ISuite>(new Borrowed(Other!))),
            () => Lock,
            Archive,
            2,
            new ContentsCache(Path.Combine(Archive.Folder, "cache")),
            packages,
            new AddedBytes(Archive, packages, Path.Combine(Archive.Folder, "cache")),
            new LockRequest(Archive.Codename, Requirements, [], platforms, Archive.Folder) { PlatformSuites = PlatformSuites });
    }

    public void Dispose()
    {
        Archive.Dispose();
        Other?.Dispose();
    }

    // The finder disposes of the suite that it opens; the archive is the test's.
    internal sealed class Borrowed(ISuite suite) : ISuite
    {
        public string Codename => suite.Codename;

        public IReadOnlyList<ReleaseIdentity> Releases => suite.Releases;

        public Task<IPackageIndex> PackagesAsync(string architecture, CancellationToken cancellation) => suite.PackagesAsync(architecture, cancellation);

        public Task<IContentsIndex> ContentsAsync(string architecture, CancellationToken cancellation) => suite.ContentsAsync(architecture, cancellation);
    }
}
