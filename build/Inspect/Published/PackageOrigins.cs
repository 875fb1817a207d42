using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Published;

/// <summary>A state of the archive of a Debian release.</summary>
/// <param name="IsCurrent">Whether it is what the archive has now, so that it knows every version up to its date.</param>
/// <param name="OpenAsync">Opens it; returns null if it cannot be had.</param>
internal sealed record ArchiveState(bool IsCurrent, Func<CancellationToken, Task<ISuite?>> OpenAsync);

/// <summary>
/// Checks the packages that SBOMs list against Debian's signature: a Release file that its keys signed has the checksum of an index, and the index that of the
/// package. When it was signed does not matter, so a Release of the cache proves as much as the newest.
/// </summary>
/// <param name="archives">States of the archive of a release, in the order in which they are searched: each opened only if something is still missing.</param>
internal sealed class PackageOrigins(Func<SuiteFacts, IReadOnlyList<DateTimeOffset>, IEnumerable<ArchiveState>> archives)
{
    /// <summary>Checks the packages of all images.</summary>
    /// <param name="images">What the SBOM of each platform's image lists.</param>
    /// <param name="dates">The dates of the Release files that the image was made from, if that is stated.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>A finding for each image.</returns>
    public async Task<IReadOnlyList<ProofFinding>> CheckAsync(IReadOnlyList<(Platform Platform, ListedPackages Listed)> images, IReadOnlyList<DateTimeOffset> dates, CancellationToken cancellation)
    {
        var findings = new Dictionary<Platform, ProofFinding>();
        foreach (var group in images.GroupBy(image => image.Listed.Release, StringComparer.Ordinal))
        {
            if (Suites.All.FirstOrDefault(suite => suite.Version == group.Key) is not { } suite)
            {
                foreach (var (platform, listed) in group)
                {
                    findings[platform] = listed.Shipped.Count == 0 ? Finding(platform, ProofState.Proven, "there are no packages of Debian")
                        : Finding(platform, ProofState.NotChecked, $"Debian {SafeText.Text(group.Key ?? "of an unknown release")} is not known to this version, which has no keys of it");
                }

                continue;
            }

            var search = new Search(suite, dates);
            foreach (var (platform, listed) in group)
            {
                search.Add(platform, listed);
            }

            await search.RunAsync(archives(suite, dates), cancellation);
            foreach (var (platform, listed) in group)
            {
                findings[platform] = search.Finding(platform, listed);
            }
        }

        return [.. images.Select(image => findings[image.Platform])];
    }

    private static ProofFinding Finding(Platform platform, ProofState state, string text) => new("packages", platform, state, text);

    /// <summary>The search for the packages of one release.</summary>
    private sealed class Search(SuiteFacts suite, IReadOnlyList<DateTimeOffset> dates)
    {
        private readonly Dictionary<ListedDeb, string> _indices = [];
        private readonly Dictionary<ListedDeb, string> _signed = [];
        private readonly HashSet<ListedDeb> _tooNew = [];
        private string? _obstacle;

        // A package for all architectures is in the index of each.
        public void Add(Platform platform, ListedPackages listed)
        {
            foreach (var deb in listed.Shipped.Concat(listed.Tools))
            {
                _indices.TryAdd(deb, deb.Architecture == "all" ? platform.DebianArchitecture : deb.Architecture);
            }
        }

        public async Task RunAsync(IEnumerable<ArchiveState> archives, CancellationToken cancellation)
        {
            foreach (var state in archives.TakeWhile(_ => _signed.Count < _indices.Count))
            {
                try
                {
                    if (await state.OpenAsync(cancellation) is { } archive)
                    {
                        using var owned = archive as IDisposable;

                        // A mirror may be behind the one that the image was made from.
                        var knowsAll = state.IsCurrent && dates.All(date => archive.Releases.Any(release => release.Date >= date));
                        await SearchAsync(archive, knowsAll, cancellation);
                    }
                }
                catch (DebianException error)
                {
                    _obstacle = error.What;
                }
            }
        }

        public ProofFinding Finding(Platform platform, ListedPackages listed)
        {
            var all = listed.Shipped.Concat(listed.Tools).ToList();
            var wrong = all.Where(deb => _signed.TryGetValue(deb, out var sum) && sum != deb.Sha256).Select(deb => $"{deb} has another checksum than Debian's").ToList();
            wrong.AddRange(all.Where(_tooNew.Contains).Select(deb => $"{deb} is newer than any that Debian has"));
            var open = all.Where(deb => !_signed.ContainsKey(deb)).Select(deb => deb.ToString()).Distinct(StringComparer.Ordinal).ToList();
            var own = listed.Own.Count == 0 ? string.Empty : $"; {Plural.Count(listed.Own.Count, "package file")} of the user's own: {SbomFiles.Shown(listed.Own)}";
            return wrong.Count > 0 ? PackageOrigins.Finding(platform, ProofState.Refuted, SbomFiles.Shown([.. wrong.Distinct(StringComparer.Ordinal)]))
                : open.Count > 0 ? PackageOrigins.Finding(platform, ProofState.NotChecked, $"no signed index of {suite} that can be had lists {open.Count} of {all.Count}: {SbomFiles.Shown(open)}{(_obstacle is null ? string.Empty : $" ({SafeText.Text(_obstacle)})")}")
                : PackageOrigins.Finding(platform, ProofState.Proven, $"{Plural.Count(listed.Shipped.Count, "package")}{(listed.Tools.Count == 0 ? string.Empty : $" and {listed.Tools.Count} of compilers")} as Debian signed them{own}");
        }

        private async Task SearchAsync(ISuite archive, bool knowsAll, CancellationToken cancellation)
        {
            foreach (var (deb, architecture) in _indices.Where(pair => !_signed.ContainsKey(pair.Key)).ToList())
            {
                if (await archive.FindPackageAsync(architecture, deb.Name, deb.Version, cancellation) is { } found)
                {
                    _signed[deb] = found.Sha256;
                }
                else if (knowsAll && (await archive.PackagesAsync(architecture, cancellation)).Find(deb.Name) is { Pin.Version: var newest } && DebianVersion.Compare(deb.Version, newest) > 0)
                {
                    _tooNew.Add(deb);
                }
            }
        }
    }
}
