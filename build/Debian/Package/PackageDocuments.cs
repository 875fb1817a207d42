namespace BusyboxGlibc.Debian.Package;

/// <summary>The changelogs below <c>/usr/share/doc</c> of one package, and the links that lead to them.</summary>
internal sealed class PackageDocuments
{
    /// <summary>The folder of all packages' documents.</summary>
    public const string Root = "/usr/share/doc/";

    /// <summary>The largest changelog that is read, compressed, in bytes; that of the kernel has 2 MB.</summary>
    public const int Largest = 8 << 20;

    private readonly Dictionary<string, DebEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _contents = new(StringComparer.Ordinal);
    private readonly UnpackedPackage? _kept;

    private PackageDocuments(UnpackedPackage? kept) => _kept = kept;

    /// <summary>Reads a package.</summary>
    /// <param name="pin">The package.</param>
    /// <param name="path">Its verified .deb.</param>
    /// <param name="cache">The cache of packages, or null; with a cached entry the .deb is not read.</param>
    /// <exception cref="DebianException">The package is damaged.</exception>
    public static PackageDocuments Read(PinnedPackage pin, string path, PackageCache? cache)
    {
        if (cache?.Find(pin) is { } kept)
        {
            return new PackageDocuments(kept);
        }

        var documents = new PackageDocuments(null);
        using var deb = DebFile.Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan), Path.GetFileName(pin.PoolPath));
        deb.ReadData((entry, content) =>
        {
            if (entry.Path.StartsWith(Root, StringComparison.Ordinal))
            {
                documents.Add(entry, content);
            }

            return true;
        });
        return documents;
    }

    /// <summary>The member at a path, or null.</summary>
    public DebEntry? Find(string path) => _kept is not null ? _kept.Find(path) : _entries.GetValueOrDefault(path);

    /// <summary>The content of a changelog; null if it is not there any more.</summary>
    public byte[]? Content(string path) => _kept is not null ? _kept.Read(path) : _contents.GetValueOrDefault(path);

    private void Add(DebEntry entry, Stream? content)
    {
        _entries[entry.Path] = entry;
        if (content is not null && entry.Size <= Largest && Path.GetFileName(entry.Path).StartsWith("changelog", StringComparison.Ordinal))
        {
            using var copy = new MemoryStream();
            content.CopyTo(copy);
            _contents[entry.Path] = copy.ToArray();
        }
    }
}
