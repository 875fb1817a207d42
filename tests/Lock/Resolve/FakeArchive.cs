using System.Collections.Concurrent;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>An archive of small packages on disk, with indices over them, that counts what is asked of it.</summary>
internal sealed class FakeArchive : ISuite, IPackageStore, IProgressBoard, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lock-tests-").FullName;
    private readonly Dictionary<string, Dictionary<string, (FakePackage Package, IndexedPackage Indexed)>> _packages = new(StringComparer.Ordinal);

    public string Codename { get; set; } = "trixie";

    public IReadOnlyList<ReleaseIdentity> Releases { get; set; } = Locks.Small().Releases;

    /// <summary>The architectures without security updates, and why.</summary>
    public Dictionary<string, string> Unsupported { get; } = new(StringComparer.Ordinal);

    public ConcurrentBag<string> ContentsAsked { get; } = [];

    public ConcurrentBag<string> Fetched { get; } = [];

    public List<string> Notes { get; } = [];

    public List<string> Warnings { get; } = [];

    public string Folder => _folder;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Publishes a package; a newer one of the same name takes its place, the older file staying where it is.</summary>
    public FakeArchive Add(FakePackage package)
    {
        var deb = package.Deb();
        var indexed = package.Indexed(deb);
        File.WriteAllBytes(PathOf(indexed.Pin), deb);
        foreach (var architecture in package.Architecture == "all" ? KnownPlatforms.Default.Select(platform => platform.DebianArchitecture) : [package.Platform.DebianArchitecture])
        {
            if (!_packages.TryGetValue(architecture, out var packages))
            {
                _packages.Add(architecture, packages = new(StringComparer.Ordinal));
            }

            packages[package.Name] = (package, indexed);
        }

        return this;
    }

    /// <summary>Publishes one package a platform.</summary>
    public FakeArchive Add(IEnumerable<Platform> platforms, Func<Platform, FakePackage> make)
    {
        foreach (var platform in platforms)
        {
            Add(make(platform));
        }

        return this;
    }

    /// <summary>Deletes a package's file, as a mirror does with old versions.</summary>
    public void Forget(PinnedPackage pin) => File.Delete(PathOf(pin));

    /// <summary>Makes the files of a package unreadable.</summary>
    public void Damage(string name)
    {
        foreach (var packages in _packages.Values.Where(packages => packages.ContainsKey(name)))
        {
            File.WriteAllText(PathOf(packages[name].Indexed.Pin), "not a package");
        }
    }

    public Task<IPackageIndex> PackagesAsync(string architecture, CancellationToken cancellation) =>
        Task.FromResult<IPackageIndex>(new Index(architecture, _packages.GetValueOrDefault(architecture) ?? new(StringComparer.Ordinal)));

    public Task<IContentsIndex> ContentsAsync(string architecture, CancellationToken cancellation)
    {
        ContentsAsked.Add(architecture);

        // As in Debian, what packages for all architectures contain is in an index of its own; only their libraries, for tests, are in the others too.
        var isForAll = architecture == IContentsIndex.AllArchitectures;
        var packages = isForAll ? _packages.Values.SelectMany(one => one.Values).Where(pair => pair.Package.IsForAll).DistinctBy(pair => pair.Package.Name) : (_packages.GetValueOrDefault(architecture) ?? []).Values;
        return Task.FromResult<IContentsIndex>(new Contents([.. packages
            .SelectMany(pair => pair.Package.Paths.Where(path => isForAll || !pair.Package.IsForAll || !path.StartsWith("/usr/bin/", StringComparison.Ordinal)).Select(path => new ContentsEntry(path, pair.Package.Name, pair.Package.Section)))
            .OrderBy(entry => entry.Path, StringComparer.Ordinal).ThenBy(entry => entry.Package, StringComparer.Ordinal)]));
    }

    public async Task<string> FetchAsync(PinnedPackage package, CancellationToken cancellation)
    {
        await Task.Yield();
        var path = PathOf(package);
        Fetched.Add(package.Name);
        return File.Exists(path) ? path : throw new PackageGoneException(package, null);
    }

    public async Task<ImageLock> ResolveAsync(
        IReadOnlyList<Platform> platforms,
        IReadOnlyList<Requirement> requirements,
        ImageLock? previous = null,
        bool keepPins = true,
        IReadOnlyList<BasePackage>? bases = null,
        IReadOnlySet<string>? dropped = null,
        ContentsCache? cache = null,
        Func<Platform, Requirement, IReadOnlyList<OverlayFile>>? overlay = null) =>
        await new Resolver(this, this, this, 2, cache).ResolveAsync(
            new ResolveRequest("trixie", requirements, bases ?? [], platforms, previous, keepPins, dropped, _folder, OverlayFiles: overlay), CancellationToken.None);

    public string? WithoutSecurity(string architecture) => Unsupported.GetValueOrDefault(architecture);

    public IProgressLine Begin(string label, long? total, ProgressUnit unit) => new SilentProgressBoard().Begin(label, total, unit);

    public void Note(string text) => Notes.Add(text);

    public void Warn(string text) => Warnings.Add(text);

    private string PathOf(PinnedPackage pin) => Path.Combine(_folder, pin.Sha256 + ".deb");

    private sealed class Index(string architecture, Dictionary<string, (FakePackage Package, IndexedPackage Indexed)> packages) : IPackageIndex
    {
        public string Architecture => architecture;

        public IEnumerable<string> Names => packages.Keys.Order(StringComparer.Ordinal);

        public IndexedPackage? Find(string name) => packages.TryGetValue(name, out var pair) ? pair.Indexed : null;

        public IReadOnlyList<IndexedPackage> Providers(string virtualName) =>
            [.. packages.Values.Where(pair => pair.Package.Provides == virtualName).Select(pair => pair.Indexed).OrderBy(package => package.Pin.Name, StringComparer.Ordinal)];
    }

    private sealed class Contents(List<ContentsEntry> entries) : IContentsIndex
    {
        public IEnumerable<string> LibraryNames => entries.Select(entry => FileOf(entry)).Where(file => file.Contains(".so", StringComparison.Ordinal))
            .Select(file => file[..file.IndexOf(".so", StringComparison.Ordinal)]).Distinct();

        public IEnumerable<string> CommandNames => entries.Where(IsCommand).Select(FileOf).Distinct();

        public IReadOnlyList<ContentsEntry> Libraries(string namePrefix) =>
            [.. entries.Where(entry => IsLibrary(entry, namePrefix) && IsDirect(entry))];

        public IReadOnlyList<ContentsEntry> LibrariesBelow(string namePrefix) =>
            [.. entries.Where(entry => IsLibrary(entry, namePrefix) && !IsDirect(entry))];

        public IReadOnlyList<ContentsEntry> Commands(string name) => [.. entries.Where(entry => IsCommand(entry) && FileOf(entry) == name)];

        private static bool IsLibrary(ContentsEntry entry, string namePrefix) =>
            FileOf(entry).StartsWith(namePrefix, StringComparison.Ordinal) && FileOf(entry).Contains(".so", StringComparison.Ordinal)
            && entry.Path.Contains("/lib/", StringComparison.Ordinal);

        // /lib/x, /usr/lib/x, and the same with a triplet's folder between.
        private static bool IsDirect(ContentsEntry entry)
        {
            var below = entry.Path[(entry.Path.IndexOf("/lib/", StringComparison.Ordinal) + 5)..].Split('/');
            return below.Length == 1 || (below.Length == 2 && below[0].Contains("-linux-gnu", StringComparison.Ordinal));
        }

        private static bool IsCommand(ContentsEntry entry) =>
            entry.Path[..entry.Path.LastIndexOf('/')] is "/bin" or "/sbin" or "/usr/bin" or "/usr/sbin";

        private static string FileOf(ContentsEntry entry) => entry.Path[(entry.Path.LastIndexOf('/') + 1)..];
    }
}
