namespace BusyboxGlibc.Formats.Elf;

/// <summary>The objects that glibc's loader would load for one file: breadth-first over <c>DT_NEEDED</c>, each object once.</summary>
internal sealed class LinkScope
{
    private readonly List<ElfFile> _objects = [];
    private readonly List<LoadedObject> _loaded = [];
    private readonly HashSet<ElfFile> _members = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, ElfFile> _byName = new(StringComparer.Ordinal);
    private readonly HashSet<string> _missed = new(StringComparer.Ordinal);
    private readonly ElfFile _root;
    private readonly FindLibrary _find;

    internal LinkScope(ElfFile root, FindLibrary find)
    {
        _root = root;
        _find = find;
        Add(new LoadedObject(root, root.Name, null), null);
        for (var index = 0; index < _loaded.Count; index++)
        {
            foreach (var name in _loaded[index].File.Needed)
            {
                Load(_loaded[index], name);
            }
        }
    }

    /// <summary>The root first, then breadth-first.</summary>
    internal IReadOnlyList<ElfFile> Objects => _objects;

    /// <summary>The names without an object, each with the requesting object and what was found instead, if anything.</summary>
    internal List<(ElfFile AskedBy, string Name, ElfFile? Unfit)> Missing { get; } = [];

    internal bool Contains(ElfFile file) => _members.Contains(file);

    /// <summary>Returns the object of that name, by which it was needed or which is its soname.</summary>
    internal ElfFile? Named(string name) => _byName.GetValueOrDefault(name);

    internal bool Misses(string name) => _missed.Contains(name) && !_byName.ContainsKey(name);

    // An object already loaded under that name is used for every requesting object; a missing one is searched again for each requesting object,
    // because their search paths may differ.
    private void Load(LoadedObject asking, string name)
    {
        if (_byName.ContainsKey(name))
        {
            return;
        }

        var found = _find(name, asking);
        if (found is null || !found.File.IsDynamic || !found.File.Identity.IsLike(_root.Identity))
        {
            _missed.Add(name);
            Missing.Add((asking.File, name, found?.File));
            return;
        }

        Add(new LoadedObject(found.File, found.Path, asking), name);
    }

    private void Add(LoadedObject item, string? name)
    {
        var file = item.File;
        if (_members.Add(file))
        {
            _objects.Add(file);
            _loaded.Add(item);
        }

        if (name is not null)
        {
            _byName.TryAdd(name, file);
        }

        if (file.Soname is not null)
        {
            _byName.TryAdd(file.Soname, file);
        }
    }
}
