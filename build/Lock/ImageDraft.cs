using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation;

namespace BusyboxGlibc.Lock;

/// <summary>What has been taken for one platform so far.</summary>
/// <param name="pins">Chooses versions.</param>
/// <param name="catalog">Reads package files.</param>
/// <param name="joined">Told the name of every package when its first file is taken.</param>
internal sealed class ImageDraft(PinChoice pins, DebCatalog catalog, Action<string> joined)
{
    private readonly Dictionary<string, PackageDraft?> _opened = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _takenByFile = new(StringComparer.Ordinal);
    private readonly HashSet<string> _takenPaths = new(StringComparer.Ordinal);

    /// <summary>The platform.</summary>
    public Platform Platform => pins.Platform;

    /// <summary>The packages that give files, in the order they joined.</summary>
    public List<PackageDraft> Packages { get; } = [];

    /// <summary>Taken ELF objects whose needs have not been looked at.</summary>
    public Queue<(PackageDraft Package, DebMember Member)> Unclosed { get; } = new();

    /// <summary>Taken links that lead out of their package.</summary>
    public Queue<(PackageDraft Package, DebMember Member)> Dangling { get; } = new();

    /// <summary>Puts what an older lock took in, without reading its package file.</summary>
    public async Task KeepAsync(LockedPackage package)
    {
        var choice = await pins.ChooseAsync(package.Pin.Name).ConfigureAwait(false);
        var draft = new PackageDraft(choice! with { Pin = package.Pin }) { Newest = package.Newest, IsDocumented = true };
        _opened[draft.Name] = draft;
        Packages.Add(draft);
        foreach (var file in package.Files)
        {
            Record(draft, file);
        }
    }

    /// <summary>The package of that name, whether or not anything of it is taken; null where the platform has none.</summary>
    public async Task<PackageDraft?> OpenAsync(string name)
    {
        if (!_opened.TryGetValue(name, out var draft))
        {
            var choice = await pins.ChooseAsync(name).ConfigureAwait(false);
            draft = choice is null ? null : new PackageDraft(choice);
            _opened.Add(name, draft);
        }

        if (draft is { Contents: null })
        {
            try
            {
                draft.Contents = await catalog.ReadAsync(draft.Choice.Pin).ConfigureAwait(false);
            }
            catch (PackageGoneException error) when (draft.Choice.IsKept && draft.Choice.Indexed is not null)
            {
                throw new PinGoneException(name, error);
            }
        }

        return draft;
    }

    /// <summary>Starts fetching a package that will be opened.</summary>
    public async Task PrefetchAsync(string name)
    {
        if (!_opened.ContainsKey(name) && await pins.ChooseAsync(name).ConfigureAwait(false) is { } choice)
        {
            catalog.Prefetch(choice.Pin);
        }
    }

    /// <summary>Whether files of that package are taken.</summary>
    public bool Has(string name) => _opened.GetValueOrDefault(name) is { Files.Count: > 0 };

    /// <summary>The package of that name if files of it are taken, else null.</summary>
    public PackageDraft? Taken(string name) => _opened.GetValueOrDefault(name) is { Files.Count: > 0 } package ? package : null;

    /// <summary>The taken paths whose last part is <paramref name="file"/>.</summary>
    public IReadOnlyList<string> TakenAs(string file) => _takenByFile.TryGetValue(file, out var paths) ? paths : [];

    /// <summary>Whether that path is taken, in either spelling.</summary>
    public bool IsTaken(string path) => _takenPaths.Contains(UsrMerge.Of(path));

    /// <summary>Takes a file or link, and what the link leads to.</summary>
    /// <param name="package">An opened package.</param>
    /// <param name="member">One of its members.</param>
    /// <param name="outward">Whether a link out of the package is to be followed too.</param>
    public void Take(PackageDraft package, DebMember member, bool outward = true)
    {
        if (package.Files.Contains(member.Path))
        {
            return;
        }

        if (package.Files.Count == 0)
        {
            Packages.Add(package);
            joined(package.Name);
        }

        Record(package, member.Path);
        package.Newest = Math.Max(package.Newest, member.ModificationTime);
        if (member.Elf is not null)
        {
            Unclosed.Enqueue((package, member));
        }

        if (member.LinkTarget is not null)
        {
            if (package.Contents!.Find(member.LinkTarget) is { } target)
            {
                Take(package, target, outward);
            }
            else if (outward)
            {
                Dangling.Enqueue((package, member));
            }
        }
    }

    private void Record(PackageDraft package, string path)
    {
        package.Files.Add(path);
        _takenPaths.Add(UsrMerge.Of(path));
        var file = LibraryForms.FileOf(path);
        if (!_takenByFile.TryGetValue(file, out var paths))
        {
            _takenByFile.Add(file, paths = []);
        }

        paths.Add(path);
    }
}

/// <summary>A package of a draft.</summary>
internal sealed class PackageDraft(PackageChoice choice)
{
    /// <summary>Its name.</summary>
    public string Name => Choice.Pin.Name;

    /// <summary>The version taken.</summary>
    public PackageChoice Choice { get; } = choice;

    /// <summary>What its file holds; null until somebody looks.</summary>
    public DebContents? Contents { get; set; }

    /// <summary>The paths taken.</summary>
    public SortedSet<string> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>The newest modification time among the files taken.</summary>
    public long Newest { get; set; }

    /// <summary>Whether its copyright file is taken.</summary>
    public bool IsDocumented { get; set; }

    /// <summary>What the lock records.</summary>
    public LockedPackage Locked => new(Choice.Pin, Newest, [.. Files]);
}

/// <summary>A kept pin can no longer be had, but the suite has another version.</summary>
internal sealed class PinGoneException(string name, BuildException reason) : Exception(reason.Message, reason)
{
    /// <summary>The package.</summary>
    public string Name { get; } = name;
}
