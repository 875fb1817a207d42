using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>The files taken so far for one platform.</summary>
/// <param name="pins">Selects versions.</param>
/// <param name="catalog">Reads package files.</param>
/// <param name="joined">Called with the name of every package when its first file is taken.</param>
internal sealed class ResolvedFiles(PinChoice pins, DebCatalog catalog, Action<string> joined)
{
    private readonly Dictionary<string, ResolvedPackage?> _opened = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _takenByFile = new(StringComparer.Ordinal);
    private readonly HashSet<string> _takenPaths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Taken>> _loaders = new(StringComparer.Ordinal);

    /// <summary>The platform.</summary>
    public Platform Platform => pins.Platform;

    /// <summary>The packages that provide files, in the order they were added.</summary>
    public List<ResolvedPackage> Packages { get; } = [];

    /// <summary>The package names of the user-supplied package files that are opened.</summary>
    public List<string> Locals { get; } = [];

    /// <summary>The user's overlay files that a line matches, represented as a package.</summary>
    public DebContents Overlay { get; private set; } = new("overlay", [], []);

    /// <summary>Taken ELF objects whose dependencies are not processed yet.</summary>
    public Queue<Taken> Unclosed { get; } = new();

    /// <summary>Taken links that point out of their package.</summary>
    public Queue<Taken> Dangling { get; } = new();

    /// <summary>Adds the files of an older lock's package, without reading its package file.</summary>
    public async Task KeepAsync(LockedPackage package)
    {
        var choice = await pins.ChooseAsync(package.Pin.Name);
        var resolved = new ResolvedPackage(choice! with { Pin = package.Pin }) { Newest = package.Newest, IsDocumented = true };
        _opened[resolved.Name] = resolved;
        Packages.Add(resolved);
        foreach (var file in package.Files)
        {
            resolved.Files.Add(file);
            Record(file);
        }

        foreach (var link in package.Links)
        {
            resolved.Links.Add(link.Path, link.Target);
            Record(link.Path);
        }
    }

    /// <summary>Adds the user's overlay files, and queues their dependencies.</summary>
    public void TakeOverlay(IReadOnlyList<OverlayFile> files, Requirement cause)
    {
        var members = files.Select(file => new DebMember(
            file.Path,
            file.LinkTarget is not null,
            file.LinkTarget is null ? null : LinkText.Target(file.Path, file.LinkTarget),
            0,
            file.Elf is null ? null : ElfNeeds.Of(file.Elf),
            [])).ToList();
        Overlay = new DebContents("overlay", [.. Overlay.Members, .. members], [])
        {
            LoaderFolders = [.. Overlay.LoaderFolders, .. files.SelectMany(file => file.LoaderFolders)],
        };
        foreach (var member in members.Where(member => member.Elf is not null))
        {
            Unclosed.Enqueue(new Taken(null, member, cause));
        }
    }

    /// <summary>The package of that name, whether or not any file of it is taken; null if the platform has none.</summary>
    public async Task<ResolvedPackage?> OpenAsync(string name)
    {
        if (!_opened.TryGetValue(name, out var resolved))
        {
            var choice = await pins.ChooseAsync(name);
            resolved = choice is null ? null : new ResolvedPackage(choice);
            _opened.Add(name, resolved);
        }

        while (resolved is { Contents: null })
        {
            try
            {
                resolved.Contents = await catalog.ReadAsync(resolved.Choice.Pin);
            }
            catch (PackageGoneException error) when (resolved.Choice.IsKept && resolved.Choice.Indexed is not null)
            {
                throw new PinGoneException(name, error);
            }
            catch (PackageGoneException error) when (!resolved.Choice.IsKept)
            {
                if (pins.IsRenewing)
                {
                    throw new NewestGoneException(error);
                }

                if (await pins.GiveWayAsync(resolved.Choice.Pin) is not { } other || other.Pin == resolved.Choice.Pin)
                {
                    throw;
                }

                _opened[name] = resolved = new ResolvedPackage(other);
            }
        }

        return resolved;
    }

    /// <summary>The package of that name if it was opened, otherwise null.</summary>
    public ResolvedPackage? Opened(string name) => _opened.GetValueOrDefault(name);

    /// <summary>Starts downloading a package that will be opened.</summary>
    public async Task PrefetchAsync(string name)
    {
        if (!_opened.ContainsKey(name) && await pins.ChooseAsync(name) is { } choice)
        {
            catalog.Prefetch(choice.Pin);
        }
    }

    /// <summary>Whether files of that package are taken.</summary>
    public bool Has(string name) => Taken(name) is not null;

    /// <summary>The package of that name if files of it are taken, otherwise null.</summary>
    public ResolvedPackage? Taken(string name) => _opened.GetValueOrDefault(name) is { Files.Count: > 0 } package ? package : null;

    /// <summary>The taken paths whose file name is <paramref name="file"/>.</summary>
    public IReadOnlyList<string> TakenAs(string file) => _takenByFile.TryGetValue(file, out var paths) ? paths : [];

    /// <summary>Whether that path is taken, in either spelling.</summary>
    public bool IsTaken(string path) => _takenPaths.Contains(MergedUsr.Of(path));

    /// <summary>Takes a file or link, and the target of the link.</summary>
    /// <param name="package">An opened package.</param>
    /// <param name="member">One of its members, or a link to one that the build creates.</param>
    /// <param name="cause">The requirement that needs it; null for what every image contains.</param>
    /// <param name="outward">Whether a link out of the package is followed too.</param>
    public void Take(ResolvedPackage package, DebMember member, Requirement? cause, bool outward = true)
    {
        if (package.Files.Contains(member.Path) || package.Links.ContainsKey(member.Path))
        {
            return;
        }

        if (package.Files.Count == 0 && !member.IsMade)
        {
            Packages.Add(package);
            joined(package.Name);
        }

        if (member.IsMade)
        {
            // The link's target is added to the package before the link, so that no package consists only of links.
            Take(package, package.Contents!.Find(member.LinkTarget!)!, cause, outward);
            package.Links.Add(member.Path, member.LinkTarget!);
            Record(member.Path);
            return;
        }

        package.Files.Add(member.Path);
        Record(member.Path);
        package.Newest = Math.Max(package.Newest, member.ModificationTime);
        var taken = new Taken(package, member, cause);
        if (member.Elf is not null)
        {
            Unclosed.Enqueue(taken);
        }

        if (member.LinkTarget is not null)
        {
            if (package.Contents!.Find(member.LinkTarget) is { } target)
            {
                Take(package, target, cause, outward);
            }
            else if (package.Contents.Below(member.LinkTarget).ToList() is { Count: > 0 } folder)
            {
                folder.ForEach(inFolder => Take(package, inFolder, cause, outward));
            }
            else if (outward)
            {
                Dangling.Enqueue(taken);
            }
        }
    }

    /// <summary>Removes a taken link that points to nothing.</summary>
    public void Leave(Taken link)
    {
        link.Package!.Files.Remove(link.Member.Path);
        _takenPaths.Remove(MergedUsr.Of(link.Member.Path));
        _takenByFile[LibraryNames.FileOf(link.Member.Path)].Remove(link.Member.Path);
    }

    /// <summary>Records that an object loads a library.</summary>
    /// <param name="path">The library's path, at the end of its links.</param>
    /// <param name="loader">The object that needs it.</param>
    public void AddLoader(string path, Taken loader)
    {
        var key = MergedUsr.Of(path);
        if (!_loaders.TryGetValue(key, out var loaders))
        {
            _loaders.Add(key, loaders = []);
        }

        if (!loaders.Contains(loader))
        {
            loaders.Add(loader);
        }
    }

    /// <summary>The direct and indirect loaders of a library; nearest first.</summary>
    public IReadOnlyList<Taken> LoadersOf(string path)
    {
        var found = new List<Taken>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { MergedUsr.Of(path) };
        var queue = new Queue<string>(seen);
        while (queue.TryDequeue(out var next))
        {
            foreach (var loader in _loaders.GetValueOrDefault(next) ?? [])
            {
                if (seen.Add(MergedUsr.Of(loader.Member.Path)))
                {
                    found.Add(loader);
                    queue.Enqueue(MergedUsr.Of(loader.Member.Path));
                }
            }
        }

        return found;
    }

    private void Record(string path)
    {
        _takenPaths.Add(MergedUsr.Of(path));
        var file = LibraryNames.FileOf(path);
        if (!_takenByFile.TryGetValue(file, out var paths))
        {
            _takenByFile.Add(file, paths = []);
        }

        paths.Add(path);
    }
}

/// <summary>A member that was taken, and why.</summary>
/// <param name="Package">Its package; null for a user's overlay file.</param>
/// <param name="Member">The member.</param>
/// <param name="Cause">The requirement that needs it; null for what every image contains.</param>
internal sealed record Taken(ResolvedPackage? Package, DebMember Member, Requirement? Cause)
{
    /// <summary>Its description in an error: <c>/usr/bin/ip of iproute2</c>.</summary>
    public string Text => Package is null ? Cause?.Kind == RequirementKind.Program ? $"{Member.Path} of {Cause.Source}" : $"the overlay's {Member.Path}" : $"{Member.Path} of {Package.Name}";
}

/// <summary>A package of the resolved files.</summary>
internal sealed class ResolvedPackage(PackageChoice choice)
{
    /// <summary>Its name.</summary>
    public string Name => Choice.Pin.Name;

    /// <summary>The version taken.</summary>
    public PackageChoice Choice { get; } = choice;

    /// <summary>The contents of its package file; null until it is read.</summary>
    public DebContents? Contents { get; set; }

    /// <summary>The paths taken.</summary>
    public SortedSet<string> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>The links to its files that the build creates: path and target.</summary>
    public SortedDictionary<string, string> Links { get; } = new(StringComparer.Ordinal);

    /// <summary>The newest modification time among the files taken.</summary>
    public long Newest { get; set; }

    /// <summary>Whether its copyright file is taken.</summary>
    public bool IsDocumented { get; set; }

    /// <summary>The package in the form recorded in the lock.</summary>
    public LockedPackage Locked => new(Choice.Pin, Newest, [.. Files]) { Links = [.. Links.Select(link => new LockedLink(link.Key, link.Value))] };
}

/// <summary>The newest version of a package is listed, but not available from any source.</summary>
internal sealed class NewestGoneException(BuildException reason) : Exception(reason.Message, reason)
{
    /// <summary>The missing package, as a sentence.</summary>
    public string What { get; } = $"it lists something that no source has: {reason.What}";
}

/// <summary>A kept pin is no longer available, but the suite has another version.</summary>
internal sealed class PinGoneException(string name, BuildException reason) : Exception(reason.Message, reason)
{
    /// <summary>The package.</summary>
    public string Name { get; } = name;
}
