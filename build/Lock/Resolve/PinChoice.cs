using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Selects the version of a package for a platform: a user-supplied file, a kept pin, or the newest of the suite.</summary>
internal sealed class PinChoice
{
    private readonly ISuite _suite;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<string, LockedPackage> _kept;
    private readonly Dictionary<string, LockedPackage> _floor;
    private readonly HashSet<string> _gone;
    private readonly Dictionary<string, IndexedPackage> _locals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IndexedPackage> _older = new(StringComparer.Ordinal);

    /// <summary>Creates the choice with the pins to keep.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="kept">The packages of the previous lock whose pins may stay.</param>
    /// <param name="floor">All packages of the previous lock: none is downgraded.</param>
    /// <param name="gone">The names of packages that are no longer available from any source.</param>
    /// <param name="cancellation">Cancels waiting for an index.</param>
    public PinChoice(
        ISuite suite, Platform platform, IEnumerable<LockedPackage> kept, IEnumerable<LockedPackage> floor, IEnumerable<string> gone, CancellationToken cancellation)
    {
        _suite = suite;
        _cancellation = cancellation;
        Platform = platform;
        _floor = floor.Where(package => package.Pin.Archive != ArchiveNames.Local).ToDictionary(package => package.Pin.Name, StringComparer.Ordinal);
        _gone = gone.ToHashSet(StringComparer.Ordinal);
        _kept = kept.ToDictionary(package => package.Pin.Name, StringComparer.Ordinal);
    }

    /// <summary>The platform.</summary>
    public Platform Platform { get; }

    /// <summary>Whether the newest version of everything is used despite a previous lock, which is kept if the newest is not available.</summary>
    public bool IsRenewing { get; init; }

    /// <summary>The platform's package index.</summary>
    public Task<IPackageIndex> IndexAsync() => _suite.PackagesAsync(Platform.DebianArchitecture, _cancellation);

    /// <summary>Uses a user-supplied package file for its package name.</summary>
    /// <exception cref="LockException">Another user-supplied file already provides that package.</exception>
    public void SetLocal(IndexedPackage package, Requirement requirement)
    {
        if (!_locals.TryAdd(package.Pin.Name, package) && _locals[package.Pin.Name].Pin != package.Pin)
        {
            throw new LockException(
                $"two package files contain {package.Pin.Name}: {_locals[package.Pin.Name].Pin.PoolPath} and {package.Pin.PoolPath}",
                requirement.Where,
                next: "name the same file in both lines");
        }
    }

    /// <summary>Whether <see cref="Drop"/> would drop that pin.</summary>
    public bool CanDrop(string name) => _kept.ContainsKey(name);

    /// <summary>The package of that name that the platform uses, or null if there is none.</summary>
    /// <exception cref="LockException">The previous pin is gone, and the suite lists only an older version: a package is never downgraded.</exception>
    public async Task<PackageChoice?> ChooseAsync(string name)
    {
        if (_locals.TryGetValue(name, out var local))
        {
            return new PackageChoice(local.Pin, local, IsKept: false);
        }

        var indexed = (await IndexAsync()).Find(name);
        if (_kept.TryGetValue(name, out var kept))
        {
            return new PackageChoice(kept.Pin, indexed, IsKept: kept.Pin != indexed?.Pin);
        }

        indexed = _older.GetValueOrDefault(name) ?? indexed;
        if (indexed is null)
        {
            return null;
        }

        return _floor.TryGetValue(name, out var before) && DebianVersion.Compare(before.Pin.Version, indexed.Pin.Version) > 0
            ? new PackageChoice(_gone.Contains(name) ? throw WouldGoBack(before.Pin, indexed) : before.Pin, indexed, IsKept: true)
            : new PackageChoice(indexed.Pin, indexed, IsKept: false);
    }

    /// <summary>Uses an older Release's package if the newest lists a file that is not available from any source.</summary>
    /// <returns>The new choice; null if there is no other.</returns>
    /// <exception cref="LockException">The previous lock has a higher version than the older Release.</exception>
    public async Task<PackageChoice?> GiveWayAsync(PinnedPackage absent)
    {
        if (_locals.ContainsKey(absent.Name) || _older.ContainsKey(absent.Name)
            || await _suite.OlderAsync(Platform.DebianArchitecture, absent, _cancellation) is not { } older)
        {
            return null;
        }

        _older[absent.Name] = older;
        return await ChooseAsync(absent.Name);
    }

    /// <summary>Drops a kept pin and those of the same source, which are built to match each other.</summary>
    /// <param name="name">The pin.</param>
    /// <param name="isGone">Whether it is no longer available, so that a lower version instead would be a downgrade.</param>
    /// <returns>The names of the dropped pins.</returns>
    public IReadOnlyList<string> Drop(string name, bool isGone)
    {
        if (isGone)
        {
            _gone.Add(name);
        }

        if (!_kept.TryGetValue(name, out var pin))
        {
            return [];
        }

        var dropped = _kept.Values.Where(other => other.Pin.Source == pin.Pin.Source).Select(other => other.Pin.Name).ToList();
        dropped.ForEach(other => _kept.Remove(other));
        return dropped;
    }

    private LockException WouldGoBack(PinnedPackage before, IndexedPackage indexed) => new(
        $"{before.Name} {before.Version} from the lock is no longer available, and {_suite.Codename} lists only {indexed.Pin.Version}",
        why: indexed.Gap is { } gap ? $"{gap}\nthe version is from {IndexGap.Show(gap.Suite, gap.Older)}" : $"{Platform}: a package is never downgraded",
        next: "try again when the mirror is complete, choose another (--mirror=URL, --securitymirror=URL), or specify an archive of past packages (--snapshot=URL)");

    /// <summary>The packages that a package's dependencies reach, breadth first, using only the index. Virtual packages are replaced by their providers.</summary>
    public async Task<IReadOnlyList<ReachedPackage>> ReachAsync(IndexedPackage? from)
    {
        var reached = new List<ReachedPackage>();
        if (from is null)
        {
            return reached;
        }

        var index = await IndexAsync();
        var seen = new HashSet<string>(StringComparer.Ordinal) { from.Pin.Name };
        var queue = new Queue<(IndexedPackage Package, int Depth)>([(from, 0)]);
        while (queue.TryDequeue(out var next))
        {
            foreach (var dependency in next.Package.Depends.SelectMany(alternatives => alternatives))
            {
                var found = _locals.GetValueOrDefault(dependency.Name) ?? index.Find(dependency.Name);
                foreach (var package in found is null ? index.Providers(dependency.Name) : [found])
                {
                    if (seen.Add(package.Pin.Name))
                    {
                        reached.Add(new ReachedPackage(package.Pin.Name, package.Section, next.Depth + 1));
                        queue.Enqueue((package, next.Depth + 1));
                    }
                }
            }
        }

        return reached;
    }
}

/// <summary>The version of a package that a platform uses.</summary>
/// <param name="Pin">The package.</param>
/// <param name="Indexed">The index entry of the newest version, which contains the dependencies; null if the index has none.</param>
/// <param name="IsKept">Whether the pin is from an older lock, and not the newest of the suite.</param>
internal sealed record PackageChoice(PinnedPackage Pin, IndexedPackage? Indexed, bool IsKept);

/// <summary>A package that dependencies reach.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Section">Its section.</param>
/// <param name="Depth">The number of dependencies to it, starting at 1.</param>
internal sealed record ReachedPackage(string Name, string Section, int Depth);
