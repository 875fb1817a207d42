using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Supply.Cache;
using BusyboxGlibc.Supply.Vault;

namespace BusyboxGlibc.Setup;

/// <summary>What of the cache is needed, and what can go.</summary>
/// <param name="inputs">The inputs of the run.</param>
/// <param name="paths">The paths of its files.</param>
/// <param name="results">The plan, whose lock says what is needed.</param>
/// <param name="board">Receives a message when the run waits for another run.</param>
/// <param name="clock">The clock.</param>
public sealed class CacheKeeping(BuildInputs inputs, BuildPaths paths, BuildResults results, IProgressBoard board, TimeProvider clock)
{
    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>Records what the run's lock needs, for a Prune of another project that uses the same cache.</summary>
    public void Record() => CacheUse.Record(paths.Cache, NeedsOf(results.Plan), Now);

    /// <summary>Finds what can go; nothing is changed, and nothing waited for.</summary>
    /// <exception cref="BuildException">A lock cannot be read, so that it is not known what it needs.</exception>
    internal CachePlan Find(CancellationToken cancellation)
    {
        var olderThan = inputs.Options.Housekeeping.OlderThan;
        var needs = new HashSet<string>(NeedsOfProject(), StringComparer.Ordinal);
        needs.UnionWith(CacheUse.NeedsSince(paths.Cache, Now - olderThan));
        var layers = LayersOfLayouts();
        return CachePlan.Of(
            CacheSurvey.Read(paths.Cache, cancellation), item => needs.Contains(item.Path) || (item.Kind == CacheKind.Layers && DigestOf(item.Path) is { } digest && layers.Contains(digest)), olderThan, Now);
    }

    /// <summary>Deletes what can go, while no other run uses the cache.</summary>
    /// <exception cref="BuildException">A lock cannot be read, so that it is not known what it needs.</exception>
    internal (CachePlan Plan, PrunedCache Pruned) Prune(CancellationToken cancellation)
    {
        using var claim = CacheUse.Claim(paths.Cache, () => board.Note("waiting for another run that uses the cache"), cancellation);
        var plan = Find(cancellation);
        return (plan, new CachePruner(paths.Cache).Delete(plan.Going, cancellation));
    }

    // A lock that does not satisfy the request names at least what is there; without any, only records and ages count.
    private IEnumerable<string> NeedsOfProject()
    {
        var tried = Directory.Exists(paths.TriedLocks) ? Directory.GetFiles(paths.TriedLocks, "*.lock.json").Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
        var known = tried.Select(LockFile.Read).Prepend(LockFile.Read(paths.Lock)).OfType<ImageLock>().ToList();
        return [.. known.SelectMany(NeedsOf), .. known.Count > 0 ? NeedsOfCompiler() : [], .. NeedsOfSuites()];
    }

    private IEnumerable<string> NeedsOfCompiler()
    {
        try
        {
            return [.. NeedsOf(results.Plan)];
        }
        catch (BuildException)
        {
            // There is no lock for what the options try: nothing was compiled for it.
            return [];
        }
    }

    private IEnumerable<string> NeedsOf(ImagePlan plan) =>
    [
        .. plan.All.SelectMany(one => NeedsOf(one.Lock)),
        .. inputs.Release is { } release && plan.Lock.BuildRoots.Any(root => root.Host == PreparedBuildRoot.HostArchitecture())
            ? plan.CompileInputs.Select(wanted => CompiledFolder.PathOf(wanted.Key)).Append(ArchiveCache.EntryOf(release.Sha256))
            : [],
    ];

    private static IEnumerable<string> NeedsOf(ImageLock known) =>
    [
        .. LockedFiles.Pins([known, .. known.Variants.Select(variant => known.Of(variant.Name))], known.BuildRoots, KnownPlatforms.All).SelectMany(pin => new[] { ArchiveCache.EntryOf(pin.Sha256), PackageCache.PathOf(pin) }),
        .. known.BuildRoots.Select(PreparedBuildRoot.PathOf),
        .. known.BuildRoots.SelectMany(root => root.Emulators).Select(LockedEmulators.PathOf),
    ];

    private IEnumerable<string> NeedsOfSuites() =>
        inputs.Options.Debian.SuitesOf(inputs.Options.Image.Platforms).SelectMany(suite => KeptReleases.Checksums(paths.Cache, suite.Codename)).Distinct(StringComparer.Ordinal).Select(ArchiveCache.EntryOf);

    // The layers of images that are there: they are not compressed again as long as they do not change.
    private HashSet<string> LayersOfLayouts() => inputs.AllVariants.Select(variant => new BuildPaths(variant).Layout).Prepend(paths.Layout)
        .Select(layout => Path.Combine(layout, OciLayoutFiles.Blobs, OciLayoutFiles.Sha256)).Where(Directory.Exists)
        .SelectMany(Directory.EnumerateFiles).Select(file => Path.GetFileName(file)).ToHashSet(StringComparer.Ordinal);

    /// <summary>The digest of a layer of the cache, <c>layers/COMPRESSOR/DIFFID.DIGEST.gz</c>, in hexadecimal digits; null for everything else.</summary>
    internal static string? DigestOf(string path) => path[(path.LastIndexOf('/') + 1)..].Split('.') is [_, var digest, "gz"] ? digest : null;
}
