using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Supply.Sources;

/// <summary>A state of the archive in which source packages are looked for.</summary>
/// <param name="Suite">The suite, verified by its signature.</param>
/// <param name="Mirrors">Where its files are.</param>
/// <param name="Snapshot">The time of the snapshot archive; null for the archive itself.</param>
internal sealed record SourceArchive(ISuite Suite, Mirrors Mirrors, string? Snapshot);

/// <summary>Finds the source packages of the image's packages in signed indices.</summary>
internal static class SourceFinder
{
    /// <summary>The source packages that packages were built from, with those whose code was copied into them, ordered by name and version.</summary>
    /// <param name="packages">The packages, each with its file.</param>
    /// <exception cref="DebianException">A package file is damaged.</exception>
    public static IReadOnlyList<WantedSource> Wanted(IEnumerable<(PinnedPackage Pin, string File)> packages)
    {
        var found = new List<(string Name, string Version, string Binary, bool IsCopied)>();
        foreach (var (pin, file) in packages)
        {
            found.Add((pin.Source, pin.SourceVersion, pin.Name, false));
            found.AddRange(Copied(File.OpenRead(file), $"{pin.Name} {pin.Version}").Select(source => (source.Name, source.Version, pin.Name, true)));
        }

        return
        [
            .. found.GroupBy(one => (one.Name, one.Version)).OrderBy(group => group.Key.Name, StringComparer.Ordinal).ThenBy(group => group.Key.Version, StringComparer.Ordinal)
                .Select(group => new WantedSource(group.Key.Name, group.Key.Version, Names(group, isCopied: false)) { CopiedInto = Names(group, isCopied: true) }),
        ];
    }

    /// <summary>Looks for source packages, in one state of the archive after the other.</summary>
    /// <param name="wanted">The source packages.</param>
    /// <param name="archives">Opens the states, in order of preference; null for one that cannot be used. A state is opened only if something is still missing.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="DebianException">An index is damaged.</exception>
    public static async Task<(IReadOnlyList<FoundSource> Found, IReadOnlyList<WantedSource> Missing)> FindAsync(
        IReadOnlyList<WantedSource> wanted, IEnumerable<Func<CancellationToken, Task<SourceArchive?>>> archives, CancellationToken cancellation)
    {
        var found = new List<FoundSource>();
        var missing = wanted.ToList();
        foreach (var open in archives.TakeWhile(_ => missing.Count > 0))
        {
            if (await open(cancellation) is not { } archive)
            {
                continue;
            }

            using var owned = archive.Suite as IDisposable;
            foreach (var one in missing.ToList())
            {
                if (await archive.Suite.FindSourceAsync(one.Name, one.Version, cancellation) is { } listed)
                {
                    found.Add(new FoundSource(one, listed, archive.Mirrors.Of(listed.Archive)) { Snapshot = archive.Snapshot });
                    missing.Remove(one);
                }
            }
        }

        return ([.. found.OrderBy(one => one.Wanted.Name, StringComparer.Ordinal).ThenBy(one => one.Wanted.Version, StringComparer.Ordinal)], missing);
    }

    // deb-control(5): always exact versions of source packages.
    private static IEnumerable<(string Name, string Version)> Copied(Stream file, string name)
    {
        using var deb = DebFile.Open(file, name);
        var reader = new Deb822Reader(new MemoryStream(deb.Control.ControlFile.ToArray(), writable: false), name, ["Built-Using", "Static-Built-Using"]);
        reader.Read();
        return [.. reader.Fields.Values.SelectMany(DependencyField.Parse).Where(group => group is [{ Relation: "=", Version: not null }]).Select(group => (group[0].Name, group[0].Version!)).Distinct()];
    }

    private static IReadOnlyList<string> Names(IEnumerable<(string Name, string Version, string Binary, bool IsCopied)> group, bool isCopied) =>
        [.. group.Where(one => one.IsCopied == isCopied).Select(one => one.Binary).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
