namespace BusyboxGlibc.Debian.Suite;

/// <summary>
/// The package index of one architecture if an index of the newest Release is not available: the packages of the newest Releases and, below them,
/// those of an older one. A package of the older one states it in <see cref="IndexedPackage.Gap"/>.
/// </summary>
internal sealed class LayeredIndex : IPackageIndex, IDisposable
{
    private readonly PackageIndex _newest;
    private readonly IReadOnlyList<(PackageIndex Index, IndexGap Gap)> _older;

    /// <summary>Layers indices over each other.</summary>
    /// <param name="newest">The available indices of the newest Releases.</param>
    /// <param name="older">Indices of older Releases, one for each index that is not available.</param>
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
    public IReadOnlyList<IndexedPackage> Sourced(Func<string, bool> fits) =>
        [.. _older.SelectMany(layer => layer.Index.Sourced(fits)).Concat(_newest.Sourced(fits))
            .Select(package => package.Pin.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(Find).OfType<IndexedPackage>().Where(package => fits(package.Pin.Source))];

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
