namespace BusyboxGlibc.Debian.Suite;

/// <summary>A suite as the cache has it, for an answer at once: it opens the real suite, with the network, only for an index that the cache lacks.</summary>
/// <param name="cached">The suite without the network.</param>
/// <param name="open">Opens it with the network.</param>
internal sealed class RecentSuite(ISuite cached, Func<Task<ISuite>> open) : ISuite, IDisposable
{
    private readonly Lazy<Task<ISuite>> _real = new(open);

    private ISuite Current => _real is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } ? _real.Value.Result : cached;

    /// <inheritdoc/>
    public string Codename => cached.Codename;

    /// <inheritdoc/>
    public string CodenameOf(string architecture) => Current.CodenameOf(architecture);

    /// <inheritdoc/>
    public IReadOnlyList<ReleaseIdentity> Releases => Current.Releases;

    /// <summary>When the Release files of a suite were last fetched into a cache, the oldest of them; null if one is absent.</summary>
    /// <param name="cache">The cache folder.</param>
    /// <param name="codename">The suite.</param>
    public static DateTimeOffset? FetchedAt(string cache, string codename)
    {
        var files = new[] { string.Empty, "-updates", "-security" }.Select(part => new FileInfo(Path.Combine(cache, "releases", $"{codename}{part}.InRelease"))).ToList();
        return files.All(file => file.Exists) ? files.Min(file => new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero)) : null;
    }

    /// <inheritdoc/>
    public Task<IPackageIndex> PackagesAsync(string architecture, CancellationToken cancellation) => AskAsync(suite => suite.PackagesAsync(architecture, cancellation));

    /// <inheritdoc/>
    public Task<IContentsIndex> ContentsAsync(string architecture, CancellationToken cancellation) => AskAsync(suite => suite.ContentsAsync(architecture, cancellation));

    /// <inheritdoc/>
    public Task<IndexedPackage?> OlderAsync(string architecture, PinnedPackage absent, CancellationToken cancellation) => AskAsync(suite => suite.OlderAsync(architecture, absent, cancellation));

    /// <inheritdoc/>
    public Task<PinnedPackage?> FindPackageAsync(string architecture, string name, string version, CancellationToken cancellation) =>
        AskAsync(suite => suite.FindPackageAsync(architecture, name, version, cancellation));

    /// <inheritdoc/>
    public string? WithoutSecurity(string architecture) => Current.WithoutSecurity(architecture);

    /// <inheritdoc/>
    public void Dispose()
    {
        (cached as IDisposable)?.Dispose();
        if (Current != cached)
        {
            (Current as IDisposable)?.Dispose();
        }
    }

    private async Task<T> AskAsync<T>(Func<ISuite, Task<T>> ask)
    {
        try
        {
            return await ask(Current);
        }
        catch (DebianException) when (Current == cached)
        {
            return await ask(await _real.Value);
        }
    }
}
