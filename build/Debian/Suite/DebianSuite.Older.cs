namespace BusyboxGlibc.Debian.Suite;

/// <content>Looks into single Releases, the newest and those of earlier runs.</content>
internal sealed partial class DebianSuite
{
    /// <inheritdoc/>
    public async Task<IndexedPackage?> OlderAsync(string architecture, PinnedPackage absent, CancellationToken cancellation)
    {
        IndexedPackage? found = null;
        foreach (var part in _releases)
        {
            foreach (var release in part.Skip(1).Where(release => !(_options.ChecksValidUntil && release.IsExpired)))
            {
                var index = await _olders.GetOrAdd(
                    (architecture, release.Identity.Sha256), _ => new(() => Task.Run(() => OpenOlderAsync(release, architecture, cancellation), cancellation))).Value;
                if (index?.Find(absent.Name) is { } candidate
                    && DebianVersion.Compare(candidate.Pin.Version, absent.Version) < 0
                    && (found is null || DebianVersion.Compare(candidate.Pin.Version, found.Pin.Version) > 0))
                {
                    found = candidate with
                    {
                        Gap = new IndexGap(part[0].Suite, architecture, part[0].File.Date, release.File.Date, $"no source has {absent.Name} {absent.Version} ({architecture}), which it lists")
                        {
                            IsOfFile = true,
                        },
                    };
                }
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public async Task<PinnedPackage?> FindPackageAsync(string architecture, string name, string version, CancellationToken cancellation)
    {
        if ((await PackagesAsync(architecture, cancellation)).Find(name) is { Pin: var newest } && newest.Version == version)
        {
            return newest;
        }

        // The main archive keeps a version that an update replaced, and an older Release one that left the archive.
        foreach (var release in _releases.SelectMany(part => part))
        {
            var index = await _olders.GetOrAdd((architecture, release.Identity.Sha256), _ => new(() => Task.Run(() => OpenOlderAsync(release, architecture, cancellation), cancellation))).Value;
            if (index?.Find(name) is { Pin: var pin } && pin.Version == version)
            {
                return pin;
            }
        }

        return null;
    }

    private async Task<PackageIndex?> OpenOlderAsync(VerifiedRelease release, string architecture, CancellationToken cancellation)
    {
        var path = $"{_options.Component}/binary-{architecture}/Packages";
        var label = $"index {architecture}";
        try
        {
            return _files.TryOpen(label, PackageIndex.Format, [release], path) is { } ready ? new PackageIndex(architecture, ready)
                : await _files.FetchAsync(release, path, label, cancellation) is { } file ? await BuildAsync(architecture, label, [file], cancellation)
                : null;
        }
        catch (DebianException)
        {
            // Then it lists no available index.
            return null;
        }
    }
}
