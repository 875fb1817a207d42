namespace BusyboxGlibc.Elf;

/// <summary>The objects that glibc's loader would load for one file: breadth first over <c>DT_NEEDED</c>, each object once.</summary>
internal sealed class LinkScope
{
    private readonly List<ElfFile> objects = [];
    private readonly HashSet<ElfFile> members = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, ElfFile> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ElfFile?> missed = new(StringComparer.Ordinal);

    internal LinkScope(ElfFile root, Func<string, ElfFile?> find)
    {
        Add(root, null);
        for (var index = 0; index < objects.Count; index++)
        {
            foreach (var name in objects[index].Needed)
            {
                Load(root, objects[index], name, find);
            }
        }
    }

    /// <summary>The root first, then breadth first.</summary>
    internal IReadOnlyList<ElfFile> Objects => objects;

    /// <summary>The names for which there is no object, with each who asks and what was found instead, if anything.</summary>
    internal List<(ElfFile AskedBy, string Name, ElfFile? Unfit)> Missing { get; } = [];

    internal bool Contains(ElfFile file) => members.Contains(file);

    /// <summary>The object of that name, by which it was needed or which it calls itself.</summary>
    internal ElfFile? Named(string name) => byName.GetValueOrDefault(name);

    internal bool Misses(string name) => missed.ContainsKey(name);

    private void Load(ElfFile root, ElfFile asking, string name, Func<string, ElfFile?> find)
    {
        if (byName.ContainsKey(name))
        {
            return;
        }

        // The loader passes over a library of another machine as if it were not there.
        var found = missed.TryGetValue(name, out var unfit) ? unfit : find(name);
        if (found is null || !found.IsDynamic || !found.Identity.IsLike(root.Identity))
        {
            missed[name] = found;
            Missing.Add((asking, name, found));
            return;
        }

        Add(found, name);
    }

    private void Add(ElfFile file, string? name)
    {
        if (members.Add(file))
        {
            objects.Add(file);
        }

        if (name is not null)
        {
            byName.TryAdd(name, file);
        }

        if (file.Soname is not null)
        {
            byName.TryAdd(file.Soname, file);
        }
    }
}
