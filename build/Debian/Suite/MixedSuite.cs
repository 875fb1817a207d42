namespace BusyboxGlibc.Debian.Suite;

/// <summary>A suite that takes some architectures from others, which are opened when one of their architectures is first asked for.</summary>
/// <param name="main">The suite of all other architectures.</param>
/// <param name="others">Opens the suite of an architecture.</param>
internal sealed class MixedSuite(ISuite main, IReadOnlyDictionary<string, Lazy<Task<ISuite>>> others) : ISuite, IDisposable
{
    /// <inheritdoc/>
    public string Codename => main.Codename;

    /// <inheritdoc/>
    public string CodenameOf(string architecture) => others.TryGetValue(architecture, out var other) && other is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } ? other.Value.Result.Codename : Codename;

    /// <summary>Those of the main suite, then those of the others that were opened.</summary>
    public IReadOnlyList<ReleaseIdentity> Releases =>
        [.. main.Releases, .. Opened().OrderBy(suite => suite.Codename, StringComparer.Ordinal).SelectMany(suite => suite.Releases)];

    /// <inheritdoc/>
    public async Task<IPackageIndex> PackagesAsync(string architecture, CancellationToken cancellation) => await (await OfAsync(architecture)).PackagesAsync(architecture, cancellation);

    /// <inheritdoc/>
    public async Task<IContentsIndex> ContentsAsync(string architecture, CancellationToken cancellation) => await (await OfAsync(architecture)).ContentsAsync(architecture, cancellation);

    /// <inheritdoc/>
    public async Task<IndexedPackage?> OlderAsync(string architecture, PinnedPackage absent, CancellationToken cancellation) =>
        await (await OfAsync(architecture)).OlderAsync(architecture, absent, cancellation);

    /// <inheritdoc/>
    public async Task<PinnedPackage?> FindPackageAsync(string architecture, string name, string version, CancellationToken cancellation) =>
        await (await OfAsync(architecture)).FindPackageAsync(architecture, name, version, cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SuiteFile>> FilesAsync(IReadOnlyCollection<string> architectures, IReadOnlyList<ReleaseIdentity> preferred, CancellationToken cancellation)
    {
        // Build roots come from the main suite, whatever the platforms do.
        var files = new List<SuiteFile>(await main.FilesAsync([.. architectures.Where(architecture => !others.ContainsKey(architecture))], preferred, cancellation));
        foreach (var group in architectures.Where(others.ContainsKey).GroupBy(architecture => others[architecture]))
        {
            files.AddRange(await (await group.Key.Value).FilesAsync([.. group], preferred, cancellation));
        }

        return [.. files.DistinctBy(file => file.Path)];
    }

    /// <inheritdoc/>
    public async Task<IndexedSource?> FindSourceAsync(string name, string version, CancellationToken cancellation)
    {
        var found = await main.FindSourceAsync(name, version, cancellation);
        foreach (var other in others.Values.Distinct())
        {
            found ??= await (await other.Value).FindSourceAsync(name, version, cancellation);
        }

        return found;
    }

    /// <inheritdoc/>
    public string? WithoutSecurity(string architecture) =>
        others.TryGetValue(architecture, out var other) ? other is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } ? other.Value.Result.WithoutSecurity(architecture) : null : main.WithoutSecurity(architecture);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var suite in Opened().Append(main).OfType<IDisposable>())
        {
            suite.Dispose();
        }
    }

    // Several architectures may share one.
    private IEnumerable<ISuite> Opened() =>
        others.Values.Where(other => other is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }).Select(other => other.Value.Result).Distinct();

    private Task<ISuite> OfAsync(string architecture) => others.TryGetValue(architecture, out var other) ? other.Value : Task.FromResult(main);
}
