using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Inspect.Changes;

/// <summary>Returns the verified package of that name and version on a platform; null if none is known.</summary>
internal delegate Task<PinnedPackage?> FindPackage(Platform platform, RecordedPackage package, CancellationToken cancellation);

/// <summary>Compares two images, which may be anyone's, from their layers.</summary>
/// <param name="changelogs">Reads the changelogs of packages.</param>
/// <param name="find">Finds packages.</param>
/// <param name="jobs">How many platforms are compared at once.</param>
internal sealed class ImageComparison(ChangelogReader changelogs, FindPackage find, int jobs)
{
    /// <summary>Compares them.</summary>
    /// <param name="from">The old image.</param>
    /// <param name="to">The new image.</param>
    /// <param name="platforms">The platforms to compare, of those that the images have.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="BuildException">One of the images cannot be read.</exception>
    public async Task<ChangesAnswer> CompareAsync(AgainstImage from, AgainstImage to, IEnumerable<Platform> platforms, CancellationToken cancellation)
    {
        var (same, differ, added, removed) = (new List<Platform>(), new List<Platform>(), new List<Platform>(), new List<Platform>());
        foreach (var platform in platforms)
        {
            var (old, @new) = (await from.FindAsync(platform, cancellation), await to.FindAsync(platform, cancellation));
            if (old is not null || @new is not null)
            {
                (old is null ? added : @new is null ? removed : old.Digest == @new.Digest ? same : differ).Add(platform);
            }
        }

        var compared = new (PlatformChanges Changes, IReadOnlyList<PackageStep> Steps)[differ.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, differ.Count), new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellation },
            async (number, token) => compared[number] = await CompareAsync(from, to, differ[number], token));
        return new ChangesAnswer(
            from.Name, to.Name, same, [.. compared.Select(one => one.Changes)], added, removed, await changelogs.ReadAsync(compared.SelectMany(one => one.Steps), cancellation));
    }

    private async Task<(PlatformChanges Changes, IReadOnlyList<PackageStep> Steps)> CompareAsync(AgainstImage from, AgainstImage to, Platform platform, CancellationToken cancellation)
    {
        var old = (await ImageSnapshot.ReadAsync(from, platform, null, cancellation))!;
        var @new = (await ImageSnapshot.ReadAsync(to, platform, old, cancellation))!;
        if (ReferenceEquals(old.Tree, @new.Tree))
        {
            return (new PlatformChanges(platform, [.. Values(ChangeSubject.Setting, "value", old.Settings(), @new.Settings())], old.Size, @new.Size, OtherTimes: 0), []);
        }

        var (before, after) = (old.Packages(), @new.Packages());
        var (appletsBefore, appletsAfter) = (old.Applets(), @new.Applets());
        var (files, times) = TreeComparison.Compare(old.Tree, @new.Tree, path => appletsBefore.ContainsKey(path) || appletsAfter.ContainsKey(path));
        List<ImageChange> changes =
        [
            .. Values(ChangeSubject.Package, "version", before.ToDictionary(pair => pair.Key, pair => pair.Value.Version), after.ToDictionary(pair => pair.Key, pair => pair.Value.Version)),
            .. Libraries(old.Abi(), @new.Abi()),
            .. Values(ChangeSubject.Applet, "applet", Names(appletsBefore), Names(appletsAfter)),
            .. Values(ChangeSubject.Setting, "value", old.Settings(), @new.Settings()),
            .. files,
        ];
        var steps = new List<PackageStep>();
        foreach (var package in after.Values.Where(package => before.TryGetValue(package.Name, out var was) && was.Version != package.Version))
        {
            var was = before[package.Name];
            var isBack = DebianVersion.Compare(was.Version, package.Version) > 0;
            var (higher, others) = isBack ? (was, before) : (package, after);
            var siblings = new List<PinnedPackage>();
            foreach (var sibling in others.Values.Where(other => other.Source == higher.Source && other != higher))
            {
                siblings.AddRange(await find(platform, sibling, cancellation) is { } pin ? [pin] : []);
            }

            steps.Add(new PackageStep(
                package.Source, package.Name, PackageStep.Of(was.Version, was.SourceVersion), PackageStep.Of(package.Version, package.SourceVersion), await find(platform, higher, cancellation), siblings));
        }

        return (new PlatformChanges(platform, changes, old.Size, @new.Size, times), steps);
    }

    private static IReadOnlyDictionary<string, string> Names(IReadOnlyDictionary<string, string> applets) =>
        applets.Values.Distinct(StringComparer.Ordinal).ToDictionary(name => name, _ => string.Empty, StringComparer.Ordinal);

    private static IEnumerable<ImageChange> Values(ChangeSubject subject, string what, IReadOnlyDictionary<string, string> old, IReadOnlyDictionary<string, string> @new) =>
        old.Keys.Union(@new.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(name => (Name: name, Before: old.GetValueOrDefault(name), After: @new.GetValueOrDefault(name)))
            .Where(one => one.Before != one.After)
            .Select(one => new ImageChange(
                subject, one.Before is null ? ChangeKind.Added : one.After is null ? ChangeKind.Removed : ChangeKind.Changed, one.Name,
                string.IsNullOrEmpty(one.Before ?? one.After) && subject == ChangeSubject.Applet ? [] : [new Difference(what, one.Before, one.After)]));

    private static IEnumerable<ImageChange> Libraries(PlatformAbi old, PlatformAbi @new)
    {
        var (lost, won) = (old.LostIn(@new), @new.LostIn(old));
        foreach (var soname in lost.Concat(won).Select(loss => loss.Soname!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            yield return new ImageChange(
                ChangeSubject.Library, !old.Libraries.ContainsKey(soname) ? ChangeKind.Added : !@new.Libraries.ContainsKey(soname) ? ChangeKind.Removed : ChangeKind.Changed, soname,
                [
                    .. lost.Where(loss => loss.Soname == soname).SelectMany(loss => loss.Versions).Select(version => new Difference("symbols", version, null)),
                    .. won.Where(loss => loss.Soname == soname).SelectMany(loss => loss.Versions).Select(version => new Difference("symbols", null, version)),
                ]);
        }
    }
}
