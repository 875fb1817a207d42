using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// Where commands are found: every applet at <c>/bin/NAME</c> beside its own place, as in the official busybox image, and every real
/// command at <c>/bin/NAME</c>, wherever BusyBox has an applet of its name, and at the other path that a merged /usr gives each of these.
/// </summary>
internal static class CommandPlaces
{
    internal const string Busybox = "bin/busybox";

    private const string Common = "bin";

    // In the order in which a command of several folders is taken; each with the folder that is the same one on a merged /usr.
    private static readonly (string Folder, string Twin)[] _folders =
        [("usr/bin", "bin"), ("bin", "usr/bin"), ("usr/sbin", "sbin"), ("sbin", "usr/sbin")];

    /// <summary>The tree with the links that it lacks. It is not changed itself; completing it twice changes nothing.</summary>
    internal static RootfsTree Complete(RootfsTree tree)
    {
        var links = new RootfsTree();
        foreach (var link in Missing(tree))
        {
            links.Add(link);
        }

        return links.Count == 0 ? tree : tree.Overlay(links);
    }

    /// <summary>The links that the tree lacks, or that lead to an applet where there is a real command; in order of their paths.</summary>
    internal static IReadOnlyList<RootfsEntry> Missing(RootfsTree tree)
    {
        var commands = new Dictionary<string, List<RootfsEntry>>(StringComparer.Ordinal);
        var applets = new Dictionary<string, List<RootfsEntry>>(StringComparer.Ordinal);
        foreach (var entry in tree.Entries.Where(entry => entry.Path != Busybox && IsProgram(tree, entry)))
        {
            var isApplet = tree.Resolve(entry.Path) == Busybox;
            if (isApplet || RootfsPath.Parent(entry.Path) is not null)
            {
                var names = isApplet ? applets : commands;
                var name = RootfsPath.Name(entry.Path);
                if (!names.TryGetValue(name, out var places))
                {
                    names.Add(name, places = []);
                }

                places.Add(entry);
            }
        }

        var links = commands.SelectMany(command => OfCommand(tree, command.Key, command.Value, applets.GetValueOrDefault(command.Key) ?? []))
            .Concat(applets.Where(applet => !commands.ContainsKey(applet.Key) && IsFree(tree, $"{Common}/{applet.Key}"))
                .Select(applet => Link($"{Common}/{applet.Key}", Busybox, applet.Value[0])));
        return [.. links.OrderBy(link => link.Path, RootfsPath.Order)];
    }

    private static IEnumerable<RootfsEntry> OfCommand(RootfsTree tree, string name, List<RootfsEntry> places, List<RootfsEntry> applets)
    {
        var byFolder = places.ToDictionary(place => RootfsPath.Parent(place.Path)!, StringComparer.Ordinal);
        var first = _folders.Select(folder => byFolder.GetValueOrDefault(folder.Folder)).First(place => place is not null)!;
        var shadowed = applets.Select(applet => applet.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var (folder, twin) in _folders)
        {
            var path = $"{folder}/{name}";
            var isWanted = folder == Common || twin == Common || byFolder.ContainsKey(twin) || shadowed.Contains(path) || shadowed.Contains($"{twin}/{name}");
            if (isWanted && !byFolder.ContainsKey(folder) && (shadowed.Contains(path) || IsFree(tree, path)))
            {
                var target = byFolder.GetValueOrDefault(twin) ?? first;
                yield return Link(path, target.Path, target);
            }
        }
    }

    // The root is the place of one applet, linuxrc.
    private static bool IsProgram(RootfsTree tree, RootfsEntry entry) =>
        entry.Type != RootfsEntryType.Directory
        && (RootfsPath.Parent(entry.Path) is not { } parent || _folders.Any(folder => folder.Folder == parent))
        && tree.Resolve(entry.Path) is { } found
        && tree.TryGet(found, out var end)
        && end.Type == RootfsEntryType.File;

    private static bool IsFree(RootfsTree tree, string path) => !tree.TryGet(path, out _);

    private static RootfsEntry Link(string path, string target, RootfsEntry like) => new(
        path, RootfsEntryType.SymbolicLink, FilePermissions.Octal777, 0, 0, like.ModificationTime, RootfsPath.Relative(path, target), default, like.Origin);
}
