using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Lock.Model;

/// <summary>Lists what changed in the build roots: one line per change, and a single line for a root that was added or removed.</summary>
internal static class BuildRootDiff
{
    /// <summary>The lines; a change on every host names no host. Empty if nothing changed.</summary>
    public static IReadOnlyList<string> Lines(IReadOnlyList<LockedBuildRoot> old, IReadOnlyList<LockedBuildRoot> @new)
    {
        var lines = new List<string>();
        var changes = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var common = 0;
        foreach (var host in BuildRootRequest.Hosts)
        {
            var before = old.FirstOrDefault(root => root.Host == host);
            var after = @new.FirstOrDefault(root => root.Host == host);
            switch (before, after)
            {
                case (null, not null):
                    lines.Add($"build root {host} is new: {Plural.Count(after.Packages.Count, "package")}");
                    break;
                case (not null, null):
                    lines.Add($"build root {host} was removed");
                    break;
                case (not null, not null):
                    common++;
                    foreach (var change in Changes(before, after))
                    {
                        changes.TryAdd(change, []);
                        changes[change].Add(host);
                    }

                    break;
            }
        }

        return [.. lines, .. changes.Select(change =>
            change.Value.Count == common && common > 1 ? $"build root: {change.Key}" : $"build root {string.Join(", ", change.Value)}: {change.Key}")];
    }

    /// <summary>The number of packages, by name, that differ on any host.</summary>
    public static int Changed(IReadOnlyList<LockedBuildRoot> old, IReadOnlyList<LockedBuildRoot> @new) => BuildRootRequest.Hosts
        .SelectMany(host => Pins(old, host).ExceptBy(Pins(@new, host).Select(pin => (pin.Name, pin.Sha256)), pin => (pin.Name, pin.Sha256))
            .Concat(Pins(@new, host).ExceptBy(Pins(old, host).Select(pin => (pin.Name, pin.Sha256)), pin => (pin.Name, pin.Sha256))))
        .Select(pin => pin.Name)
        .Distinct(StringComparer.Ordinal)
        .Count();

    private static IEnumerable<PinnedPackage> Pins(IReadOnlyList<LockedBuildRoot> roots, string host) =>
        roots.FirstOrDefault(root => root.Host == host)?.Packages.Select(tool => tool.Pin) ?? [];

    // Cross compilers have long names and all change together: packages with the same source and the same change of version share one line.
    private static IEnumerable<string> Changes(LockedBuildRoot old, LockedBuildRoot @new)
    {
        var before = old.Packages.ToDictionary(tool => tool.Pin.Name, tool => tool.Pin, StringComparer.Ordinal);
        var after = @new.Packages.ToDictionary(tool => tool.Pin.Name, tool => tool.Pin, StringComparer.Ordinal);
        var steps = new List<(string Source, string Name, string Change)>();
        foreach (var name in before.Keys.Union(after.Keys, StringComparer.Ordinal))
        {
            var was = before.GetValueOrDefault(name);
            var now = after.GetValueOrDefault(name);
            var change = (was, now) switch
            {
                (null, not null) => $"{now.Version} added",
                (not null, null) => $"{was.Version} removed",
                (not null, not null) when was.Version != now.Version => $"{was.Version} → {now.Version}",
                (not null, not null) when was.Sha256 != now.Sha256 => $"{now.Version} has different content",
                _ => null,
            };
            if (change is not null)
            {
                steps.Add(((now ?? was)!.Source, name, change));
            }
        }

        return steps.GroupBy(step => (step.Source, step.Change)).Select(group =>
        {
            var names = group.Select(step => step.Name).Order(StringComparer.Ordinal).ToList();
            return names.Count == 1 ? $"{names[0]} {group.Key.Change}" : $"{names[0]} and {names.Count - 1} more of {group.Key.Source} {group.Key.Change}";
        });
    }
}
