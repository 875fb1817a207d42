using System.Globalization;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Model;

/// <summary>Describes in readable lines what changed from one lock to another.</summary>
internal static class LockDiff
{
    /// <summary>
    /// One line per change, ordered by package name: <c>zlib1g 1:1.3-1 → 1:1.3-2 on all platforms</c>; added or removed packages;
    /// added or removed files of a package with the same version (<c>{triplet}</c> stands for the platform's). Empty if nothing changed.
    /// </summary>
    public static IReadOnlyList<string> Lines(ImageLock? old, ImageLock @new)
    {
        if (old is null)
        {
            return [.. LockFile.InOrder(@new.Platforms).Select(platform => $"{platform.Platform} is new: {Plural.Count(platform.Packages.Count, "package")}")];
        }

        var lines = new List<string>();
        if (old.Suite != @new.Suite)
        {
            lines.Add($"suite {old.Suite} → {@new.Suite}");
        }

        lines.AddRange(@new.Releases
            .Select(release => (release, Before: old.Releases.FirstOrDefault(before => before.Suite == release.Suite)))
            .Where(pair => pair.Before is not null && pair.Before.Date != pair.release.Date)
            .Select(pair => $"Release of {pair.release.Suite} {Day(pair.Before!)} → {Day(pair.release)}"));
        var before = old.Platforms.ToDictionary(platform => platform.Platform);
        var after = @new.Platforms.ToDictionary(platform => platform.Platform);
        lines.AddRange(LockFile.InOrder(@new.Platforms)
            .Where(platform => !before.ContainsKey(platform.Platform))
            .Select(platform => $"{platform.Platform} is new: {Plural.Count(platform.Packages.Count, "package")}"));
        lines.AddRange(LockFile.InOrder(old.Platforms)
            .Where(platform => !after.ContainsKey(platform.Platform))
            .Select(platform => $"{platform.Platform} was removed"));

        var common = KnownPlatforms.All.Where(platform => before.ContainsKey(platform) && after.ContainsKey(platform)).ToList();
        var changes = new SortedDictionary<(string Package, int Rank, string Text), List<Platform>>(Comparer<(string Package, int Rank, string Text)>.Create(
            (left, right) => string.CompareOrdinal(left.Package, right.Package) is not 0 and var byName ? byName
                : left.Rank != right.Rank ? left.Rank - right.Rank
                : string.CompareOrdinal(left.Text, right.Text)));
        foreach (var platform in common)
        {
            foreach (var change in Changes(before[platform], after[platform]))
            {
                if (!changes.TryGetValue(change, out var platforms))
                {
                    changes.Add(change, platforms = []);
                }

                platforms.Add(platform);
            }
        }

        lines.AddRange(changes.Select(change => $"{change.Key.Text} {On(change.Value, common.Count)}"));
        if (old.Busybox != @new.Busybox)
        {
            lines.Add($"busybox {old.Busybox?.Version ?? "not compiled"} → {@new.Busybox?.Version ?? "not compiled"}");
        }

        foreach (var (name, was, now) in Variants(old, @new))
        {
            lines.AddRange(Lines(was, now).Select(line => $"variant {name}: {line}"));
        }

        lines.AddRange(BuildRootDiff.Lines(old.BuildRoots, @new.BuildRoots));
        return lines;
    }

    /// <summary>The number of packages that were added, changed or removed on any platform, and of new platforms: <c>2 packages changed (1 added, 1 updated)</c>.
    /// A package of which other files are taken counts as updated; the packages of build roots count separately.</summary>
    public static string Summary(ImageLock? old, ImageLock @new)
    {
        var before = old?.Platforms.ToDictionary(platform => platform.Platform) ?? [];
        var changes = @new.Platforms.Where(platform => before.ContainsKey(platform.Platform))
            .SelectMany(platform => Changes(before[platform.Platform], platform))
            .Select(change => (change.Package, Kind: change.Rank > 0 ? "updated" : change.Text.EndsWith(" added", StringComparison.Ordinal) ? "added" : change.Text.EndsWith(" removed", StringComparison.Ordinal) ? "removed" : "updated"))
            .Distinct()
            .ToList();
        var kinds = changes.GroupBy(change => change.Kind, StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => $"{kind.Count()} {kind.Key}").ToList();
        var tools = BuildRootDiff.Changed(old?.BuildRoots ?? [], @new.BuildRoots);
        var count = changes.Select(change => change.Package).Distinct(StringComparer.Ordinal).Count();
        List<string> parts = [$"{Plural.Count(count, "package")} changed{(count == 0 ? string.Empty : $" ({string.Join(", ", kinds)})")}"];
        if (@new.Platforms.Count(platform => !before.ContainsKey(platform.Platform)) is > 0 and var added)
        {
            parts.Add(Plural.Count(added, "new platform"));
        }

        var ofVariants = old is null ? 0 : Variants(old, @new).Sum(one => one.Now.Platforms.SelectMany(platform => Changes(
            one.Was.Platforms.FirstOrDefault(was => was.Platform == platform.Platform) ?? platform with { Packages = [] }, platform)).Select(change => change.Package).Distinct(StringComparer.Ordinal).Count());
        if (ofVariants > 0)
        {
            parts.Add($"{Plural.Count(ofVariants, "package")} of variants changed");
        }

        if (tools > 0)
        {
            parts.Add($"{Plural.Count(tools, "package")} of the build root changed");
        }

        return string.Join(", ", parts);
    }

    // What only variants have, as locks of their own.
    private static IEnumerable<(string Name, ImageLock Was, ImageLock Now)> Variants(ImageLock old, ImageLock @new) =>
        old.Variants.Concat(@new.Variants).Select(variant => variant.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => (name, Own(old, name), Own(@new, name)));

    private static ImageLock Own(ImageLock imageLock, string name) => new(string.Empty, [], imageLock.Variants.FirstOrDefault(variant => variant.Name == name)?.Platforms ?? []);

    private static string Day(ReleaseIdentity release) => release.Date.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static IEnumerable<(string Package, int Rank, string Text)> Changes(LockedPlatform old, LockedPlatform @new)
    {
        var before = old.Packages.ToDictionary(package => package.Pin.Name, StringComparer.Ordinal);
        var after = @new.Packages.ToDictionary(package => package.Pin.Name, StringComparer.Ordinal);
        foreach (var (name, package) in after)
        {
            if (!before.TryGetValue(name, out var was))
            {
                yield return (name, 0, $"{name} {package.Pin.Version} added");
            }
            else if (was.Pin.Version != package.Pin.Version)
            {
                yield return (name, 0, $"{name} {was.Pin.Version} → {package.Pin.Version}");
            }
            else
            {
                if (was.Pin.Sha256 != package.Pin.Sha256)
                {
                    yield return (name, 0, $"{name} {package.Pin.Version} has different content");
                }

                foreach (var file in package.Files.Except(was.Files, StringComparer.Ordinal))
                {
                    yield return (name, 1, $"{name} {package.Pin.Version}: {Neutral(file, old.Platform)} added");
                }

                foreach (var file in was.Files.Except(package.Files, StringComparer.Ordinal))
                {
                    yield return (name, 2, $"{name} {package.Pin.Version}: {Neutral(file, old.Platform)} removed");
                }
            }
        }

        foreach (var (name, package) in before)
        {
            if (!after.ContainsKey(name))
            {
                yield return (name, 0, $"{name} {package.Pin.Version} removed");
            }
        }
    }

    // So that the same change on eight platforms becomes one line.
    private static string Neutral(string file, Platform platform) =>
        file.Replace($"/{platform.Triplet}/", "/{triplet}/", StringComparison.Ordinal);

    private static string On(List<Platform> platforms, int all) =>
        platforms.Count == all ? "on all platforms" : $"on {string.Join(", ", platforms)}";
}
