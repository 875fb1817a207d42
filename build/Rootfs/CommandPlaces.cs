using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// The paths of commands: every applet is at <c>/bin/NAME</c> in addition to its own place, as in the official busybox image; every real command is
/// at <c>/bin/NAME</c> if BusyBox has an applet of that name, and at the other path that a merged /usr gives it.
/// </summary>
internal static class CommandPlaces
{
    internal const string Busybox = "bin/busybox";

    private const string Common = "bin";

    // In the order of precedence if a command is in several folders; each with the folder that is the same on a merged /usr.
    private static readonly (string Folder, string Twin)[] _folders =
        [("usr/bin", "bin"), ("bin", "usr/bin"), ("usr/sbin", "sbin"), ("sbin", "usr/sbin")];

    /// <summary>Returns the tree with the links that it lacks. The input is not changed; the operation is idempotent.</summary>
    internal static RootfsTree Complete(RootfsTree tree)
    {
        var links = new RootfsTree();
        foreach (var link in Missing(tree))
        {
            links.Add(link);
        }

        return links.Count == 0 ? tree : tree.Overlay(links);
    }

    /// <summary>Returns the links that the tree lacks, or that lead to an applet although there is a real command; ordered by path.</summary>
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

    // The root contains one applet, linuxrc.
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
