using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// Resolves the dependencies of a build root's packages, using only a host's package index: <c>Pre-Depends</c> and
/// <c>Depends</c> with their versions, alternatives and virtual packages. The same index, request and pins give the same packages.
/// </summary>
/// <remarks>
/// Of alternatives, one that is already selected is used, otherwise the first possible one; for a virtual package, the provider whose name sorts first.
/// The index data used here does not contain the provided version of a virtual package, so a versioned relation to one is assumed to be satisfied.
/// The dependencies of a kept pin are known only from its newest version: their names are followed, but their versions
/// are checked only for packages that are not kept pins, because packages that were locked together fit together.
/// </remarks>
internal sealed class BuildRootResolver
{
    private readonly string _host;
    private readonly IPackageIndex _index;
    private readonly BuildRootRequest _request;
    private readonly Dictionary<string, PinnedPackage> _kept;
    private readonly Dictionary<string, PinnedPackage> _floor;
    private readonly IReadOnlySet<PinnedPackage>? _dropped;
    private readonly Dictionary<string, Choice> _chosen = new(StringComparer.Ordinal);
    private readonly Queue<Choice> _open = new();

    /// <summary>Creates a resolver for one host.</summary>
    /// <param name="host">The host's Debian architecture.</param>
    /// <param name="index">Its package index.</param>
    /// <param name="request">The requested packages.</param>
    /// <param name="previous">The build root whose pins are kept where possible, or null.</param>
    /// <param name="dropped">Pins that must not be kept; null for none.</param>
    /// <param name="floor">The previous build root: none of its packages is downgraded, whether or not its pins are kept; null for none.</param>
    public BuildRootResolver(
        string host, IPackageIndex index, BuildRootRequest request, LockedBuildRoot? previous, IReadOnlySet<PinnedPackage>? dropped, LockedBuildRoot? floor = null)
    {
        _floor = (floor?.Packages ?? []).Select(tool => tool.Pin).ToDictionary(pin => pin.Name, StringComparer.Ordinal);
        _dropped = dropped;
        _host = host;
        _index = index;
        _request = request;
        _kept = (previous?.Packages ?? []).Select(tool => tool.Pin).ToDictionary(pin => pin.Name, StringComparer.Ordinal);
        foreach (var pin in _kept.Values.Where(pin => dropped?.Contains(pin) == true || index.Find(pin.Name) is null).ToList())
        {
            Drop(pin);
        }
    }

    /// <summary>Whether a locked build root already satisfies the request, so that no index is needed.</summary>
    public static bool Answers(LockedBuildRoot? locked, BuildRootRequest request, string host, IReadOnlySet<PinnedPackage>? dropped) =>
        locked is not null
        && request.TextsFor(host) is var asked
        && asked.IsSubsetOf(locked.Asked)
        && locked.Asked.All(text => asked.Contains(text) || BuildRootRequest.IsOptional(text))
        && (dropped is null || !locked.Packages.Any(tool => dropped.Contains(tool.Pin)));

    /// <summary>Resolves the packages.</summary>
    /// <exception cref="LockException">A package does not exist, or a dependency cannot be satisfied; the error shows the chain of dependencies to it.</exception>
    public LockedBuildRoot Resolve()
    {
        // Every additional round drops at least one pin, so there are at most as many rounds as pins.
        while (!TryResolve())
        {
        }

        var common = Reach(_request.Tools);
        var special = _request.CompilersOn(_host).Select(compiler => (compiler.Platform, Names: Reach(compiler.Packages))).ToList();
        var cxx = _request.CxxCompilersOn(_host).Select(compiler => (compiler.Platform, Names: Reach(compiler.Packages))).ToList();
        LockedTool ToolOf(PinnedPackage pin)
        {
            var platforms = special.Where(compiler => compiler.Names.Contains(pin.Name)).Select(compiler => compiler.Platform).ToList();
            List<Platform> cxxPlatforms = [.. cxx.Where(compiler => compiler.Names.Contains(pin.Name)).Select(compiler => compiler.Platform).Except(platforms)];
            return common.Contains(pin.Name)
                ? new LockedTool(pin, [])
                : new LockedTool(pin, platforms) { CxxPlatforms = cxxPlatforms, IsEmulator = platforms.Count == 0 && cxxPlatforms.Count == 0 };
        }

        return new LockedBuildRoot(
            _host,
            [.. _request.TextsFor(_host)],
            [.. _chosen.Values.Select(choice => choice.Pin).OrderBy(pin => pin.Name, StringComparer.Ordinal).Select(ToolOf)]);
    }

    private IEnumerable<string> Asked() =>
        _request.Tools.Concat(_request.CompilersOn(_host).Concat(_request.CxxCompilersOn(_host)).SelectMany(compiler => compiler.Packages)).Concat(_request.Emulators);

    private bool TryResolve()
    {
        _chosen.Clear();
        _open.Clear();

        // The requested packages first, so that alternatives prefer them.
        foreach (var name in Asked())
        {
            if (Find(name) is { } asked)
            {
                Choose(asked, null);
            }
            else if (_index.Providers(name) is [])
            {
                throw Unmet($"there is no package {name}", $"the build root needs it on {_host}");
            }
        }

        foreach (var name in Asked().Where(name => Find(name) is null))
        {
            Take(null, [new Dependency(name, null, null)]);
        }

        while (_open.TryDequeue(out var package))
        {
            foreach (var alternatives in package.Indexed.Depends)
            {
                if (!Take(package, alternatives))
                {
                    return false;
                }
            }
        }

        return true;
    }

    // Returns false if a kept pin was dropped, and everything must be resolved again without it.
    private bool Take(Choice? from, IReadOnlyList<Dependency> alternatives)
    {
        var candidates = alternatives.SelectMany(dependency => Candidates(dependency).Select(package => (Package: package, Dependency: dependency))).ToList();
        var fitting = candidates.Where(candidate => Fits(from, candidate.Package, candidate.Dependency)).Select(candidate => candidate.Package).ToList();
        if ((fitting.FirstOrDefault(package => _chosen.ContainsKey(package.Pin.Name)) ?? fitting.FirstOrDefault()) is { } found)
        {
            from?.Needs.Add(found.Pin.Name);
            Choose(found, from);
            return true;
        }

        // A package whose kept version does not fit may fit with the suite's version.
        var stale = candidates.FirstOrDefault(candidate =>
            candidate.Package.Pin != candidate.Package.Indexed.Pin && IsMet(candidate.Package.Indexed.Pin, candidate.Dependency)).Package;
        if (stale is not null && _kept.ContainsKey(stale.Pin.Name))
        {
            Drop(stale.Pin);
            return false;
        }

        throw Unmet(
            $"no package satisfies {Text(alternatives)} for the build root",
            candidates.Count == 0 ? "there is no such package" : $"there is {string.Join(", ", candidates.Select(candidate => $"{candidate.Package.Pin.Name} {candidate.Package.Pin.Version}").Distinct())}",
            from);
    }

    private IEnumerable<Choice> Candidates(Dependency dependency) =>
        Find(dependency.Name) is { } package && (dependency.Relation is null || IsMet(package.Pin, dependency) || _index.Providers(dependency.Name) is [])
            ? [package]
            : _index.Providers(dependency.Name).Select(provider => Find(provider.Pin.Name)).OfType<Choice>();

    private static bool Fits(Choice? from, Choice package, Dependency dependency) =>
        (from is not null && from.IsKept && package.IsKept) || IsMet(package.Pin, dependency);

    private static bool IsMet(PinnedPackage pin, Dependency dependency) =>
        dependency.Relation is null || pin.Name != dependency.Name || DebianVersion.Satisfies(pin.Version, dependency.Relation, dependency.Version!);

    private Choice? Find(string name)
    {
        if (_chosen.TryGetValue(name, out var chosen))
        {
            return chosen;
        }

        return _index.Find(name) is { } indexed ? new Choice(_kept.GetValueOrDefault(name) ?? Newest(indexed), indexed) : null;
    }

    private PinnedPackage Newest(IndexedPackage indexed)
    {
        if (!_floor.TryGetValue(indexed.Pin.Name, out var before) || DebianVersion.Compare(before.Version, indexed.Pin.Version) <= 0)
        {
            return indexed.Pin;
        }

        return _dropped?.Contains(before) != true ? before : throw Unmet(
            $"{before.Name} {before.Version} from the lock is no longer available, and the suite lists only {indexed.Pin.Version}",
            indexed.Gap?.ToString() ?? "a package is never downgraded");
    }

    private void Choose(Choice package, Choice? from)
    {
        if (_chosen.TryAdd(package.Pin.Name, package))
        {
            package.For = from;
            _open.Enqueue(package);
        }
    }

    // Packages of one source are built to match each other.
    private void Drop(PinnedPackage pin)
    {
        foreach (var other in _kept.Values.Where(other => other.Source == pin.Source).ToList())
        {
            _kept.Remove(other.Name);
        }
    }

    private HashSet<string> Reach(IEnumerable<string> names)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(names.SelectMany(name => _chosen.ContainsKey(name) ? [name] : _index.Providers(name).Select(provider => provider.Pin.Name).Where(_chosen.ContainsKey)));
        while (open.TryDequeue(out var name))
        {
            if (reached.Add(name))
            {
                _chosen[name].Needs.ForEach(open.Enqueue);
            }
        }

        return reached;
    }

    private LockException Unmet(string what, string why, Choice? from = null)
    {
        var chain = new List<string>();
        for (var package = from; package is not null; package = package.For)
        {
            chain.Add($"{package.Pin.Name} {package.Pin.Version}");
        }

        chain.Reverse();
        return new LockException(
            what,
            chain.Count == 0 ? $"build root {_host}" : $"build root {_host}: {string.Join(" needs ", chain)}",
            why,
            "try again later if the mirror is in the middle of an update, or use Debian's BusyBox: --busybox=debian");
    }

    private static string Text(IReadOnlyList<Dependency> alternatives) => string.Join(" | ", alternatives.Select(dependency =>
        dependency.Relation is null ? dependency.Name : $"{dependency.Name} ({dependency.Relation} {dependency.Version})"));

    private sealed class Choice(PinnedPackage pin, IndexedPackage indexed)
    {
        public PinnedPackage Pin => pin;

        public IndexedPackage Indexed => indexed;

        public bool IsKept => pin != indexed.Pin;

        public Choice? For { get; set; }

        public List<string> Needs { get; } = [];
    }
}
