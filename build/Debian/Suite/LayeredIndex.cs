namespace BusyboxGlibc.Debian.Suite;

/// <summary>
/// The package index of one architecture where an index of the newest Release cannot be had: what the newest Releases list, and
/// below it what an older one lists. A package of the older one says so, <see cref="IndexedPackage.Gap"/>.
/// </summary>
internal sealed class LayeredIndex : IPackageIndex, IDisposable
{
    private readonly PackageIndex _newest;
    private readonly IReadOnlyList<(PackageIndex Index, IndexGap Gap)> _older;

    /// <summary>Puts indices over each other.</summary>
    /// <param name="newest">Of the newest Releases, as far as it can be had.</param>
    /// <param name="older">Of older Releases, one for each that cannot.</param>
    public LayeredIndex(PackageIndex newest, IReadOnlyList<(PackageIndex Index, IndexGap Gap)> older)
    {
        _newest = newest;
        _older = older;
    }

    /// <inheritdoc/>
    public string Architecture => _newest.Architecture;

    /// <inheritdoc/>
    public IReadOnlyList<IndexGap> Gaps => [.. _older.Select(layer => layer.Gap)];

    /// <inheritdoc/>
    public IEnumerable<string> Names => _older.SelectMany(layer => layer.Index.Names).Concat(_newest.Names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IndexedPackage? Find(string name)
    {
        var found = _newest.Find(name);
        foreach (var (index, gap) in _older)
        {
            if (index.Find(name) is { } candidate && (found is null || DebianVersion.Compare(candidate.Pin.Version, found.Pin.Version) > 0))
            {
                found = candidate with { Gap = gap };
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public IReadOnlyList<IndexedPackage> Providers(string virtualName) =>
        [.. _older.SelectMany(layer => layer.Index.Providers(virtualName)).Concat(_newest.Providers(virtualName))
            .Select(package => package.Pin.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(Find).OfType<IndexedPackage>()];

    /// <inheritdoc/>
    public void Dispose()
    {
        _newest.Dispose();
        foreach (var (index, _) in _older)
        {
            index.Dispose();
        }
    }
}
