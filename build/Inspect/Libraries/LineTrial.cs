using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Libraries;

/// <summary>Resolves one more line on top of the lock, as the next build would with that line, and writes nothing.</summary>
/// <param name="store">Provides packages.</param>
/// <param name="jobs">How many packages are read in parallel.</param>
/// <param name="contents">Cached contents of packages.</param>
/// <param name="packages">Cached packages.</param>
/// <param name="bytes">Measures what is added.</param>
/// <param name="request">The request of the build.</param>
internal sealed class LineTrial(IPackageStore store, int jobs, ContentsCache contents, PackageCache packages, AddedBytes bytes, LockRequest request)
{
    /// <summary>Resolves a line.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="catalog">Reads packages.</param>
    /// <param name="imageLock">The lock; null if there is none, and then everything counts as added.</param>
    /// <param name="line">The line.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The platforms that have it and those that lack it, and the resolver's warnings about the line.</returns>
    /// <exception cref="LockException">The line has several results, or a dependency has none.</exception>
    public async Task<(FoundLibrary Found, IReadOnlyList<string> Warnings)> RunAsync(
        ISuite suite, DebCatalog catalog, ImageLock? imageLock, Requirement line, CancellationToken cancellation)
    {
        var (before, requirements, bases) = Locked(imageLock);
        var same = requirements.FirstOrDefault(other => LockAnswer.TextOf(other) == LockAnswer.TextOf(line));

        // What a command reads and starts comes with it.
        var data = CommandData.For([line]).Where(part => bases.All(other => LockAnswer.TextOf(other) != LockAnswer.TextOf(part)));
        var board = new LineBoard(line.Where);
        var resolved = await new Resolver(suite, store, board, jobs, contents, packages: packages).ResolveAsync(
            new ResolveRequest(
                request.Suite, same is null ? [.. requirements, line] : requirements, [.. bases, .. data], request.Platforms, before, KeepPins: true, null, request.ProjectFolder, OverlayFiles: request.OverlayFiles)
            {
                PlatformSuites = request.PlatformSuites,
            },
            cancellation);
        var all = await Task.WhenAll(request.Platforms.Select(platform => Task.Run(
            () => OnAsync(
                catalog, line, before?.Platforms.FirstOrDefault(locked => locked.Platform == platform), resolved.Platforms.First(locked => locked.Platform == platform), cancellation),
            cancellation)));
        var absent = new List<(Platform, string)>();
        foreach (var (platform, found) in request.Platforms.Zip(all))
        {
            if (found is null)
            {
                absent.Add((platform, await WhyAbsentAsync(suite, platform, line, cancellation)));
            }
        }

        List<PlatformLibrary> on = [.. all.OfType<PlatformLibrary>()];
        var isAlone = on.Count < absent.Count;
        var qualifier = absent.Count == 0 || on.Count == 0 ? string.Empty
            : $" [{string.Join(' ', isAlone ? on.Select(one => one.Platform.Name) : absent.Select(one => $"!{one.Item1}"))}]";
        return (new FoundLibrary(line.Text + qualifier, line.Kind == RequirementKind.Command, on, absent), board.Warnings);
    }

    // Only what the lock satisfies: a line that was edited since says nothing about this one, and may have errors of its own.
    private (ImageLock? Before, IReadOnlyList<Requirement> Requirements, IReadOnlyList<BasePackage> Bases) Locked(ImageLock? imageLock)
    {
        if (imageLock is null)
        {
            return (null, [], []);
        }

        var texts = imageLock.Platforms.SelectMany(platform => platform.Requirements).Select(answer => answer.Text).ToHashSet(StringComparer.Ordinal);
        List<Requirement> requirements = [.. request.Requirements.Where(requirement => texts.Contains(LockAnswer.TextOf(requirement)))];
        List<BasePackage> bases = [.. request.BasePackages.Where(package => texts.Contains(LockAnswer.TextOf(package)))];
        var before = imageLock with
        {
            Platforms = [.. imageLock.Platforms.Select(locked => locked with
            {
                Requirements = [.. locked.Requirements.Where(answer => LockAnswer.TextsFor(locked, requirements, bases).Contains(answer.Text))],
            })],
        };
        return (before, requirements, bases);
    }

    private async Task<PlatformLibrary?> OnAsync(DebCatalog catalog, Requirement line, LockedPlatform? before, LockedPlatform after, CancellationToken cancellation)
    {
        var files = after.Requirements.FirstOrDefault(answer => answer.Text == LockAnswer.TextOf(line))?.Files ?? [];
        if (after.Packages.FirstOrDefault(package => files.Any(file => package.Files.Contains(file) || package.Links.Any(link => link.Path == file))) is not { } own)
        {
            return null;
        }

        var known = (before?.Packages ?? []).ToDictionary(package => package.Pin.Name, StringComparer.Ordinal);
        var added = after.Packages.Select(package => WithoutKnown(package, known.GetValueOrDefault(package.Pin.Name))).Where(package => package.Files.Count + package.Links.Count > 0).ToList();
        var (unpacked, compressed) = await bytes.MeasureAsync(after.Platform, added, package => !known.ContainsKey(package.Pin.Name), cancellation);
        var members = await catalog.ReadAsync(own.Pin);
        var ends = files.Select(file => members.Find(own.Links.FirstOrDefault(link => link.Path == file)?.Target ?? file)).OfType<DebMember>().Select(members.End).OfType<DebMember>().DistinctBy(member => member.Path);
        return new PlatformLibrary(
            after.Platform,
            own.Pin,
            [.. files.OrderBy(file => file.Length).ThenBy(file => file, StringComparer.Ordinal)],
            ends.Sum(member => member.Size),
            new AddedFiles(
                [.. added.OrderByDescending(package => package.Pin == own.Pin).ThenBy(package => package.Pin.Name, StringComparer.Ordinal)
                    .Select(package => new AddedPackage(package.Pin.Name, package.Pin.Version, package.Files.Count + package.Links.Count))],
                [.. after.Packages.Where(package => known.GetValueOrDefault(package.Pin.Name) is { } old && old.Pin.Version != package.Pin.Version)
                    .Select(package => $"{package.Pin.Name} {known[package.Pin.Name].Pin.Version} → {package.Pin.Version}")],
                unpacked,
                compressed));
    }

    private static LockedPackage WithoutKnown(LockedPackage package, LockedPackage? known) => known is null ? package : package with
    {
        Files = [.. package.Files.Except(known.Files, StringComparer.Ordinal)],
        Links = [.. package.Links.Except(known.Links)],
    };

    private static async Task<string> WhyAbsentAsync(ISuite suite, Platform platform, Requirement line, CancellationToken cancellation)
    {
        var search = new RequirementSearch(new PinChoice(suite, platform, [], [], [], cancellation), () => suite.ContentsAsync(platform.DebianArchitecture, cancellation));
        return line.IsExactSoname && !RenamedSoname.KeepsAbi(platform) && await search.IsRenamedAsync(line.Name)
            ? $"Debian renamed it to {RenamedSoname.Of(line.Name)} when time_t got 64 bits there: a program that needs {line.Name} was built for another ABI"
            : "no package has it there";
    }

    // Of what the resolver says, only what concerns the line.
    private sealed class LineBoard(string where) : IProgressBoard
    {
        private readonly SilentProgressBoard _silent = new();

        public List<string> Warnings { get; } = [];

        public IProgressLine Begin(string label, long? total, ProgressUnit unit) => _silent.Begin(label, total, unit);

        public void Note(string text)
        {
        }

        public void Warn(string text)
        {
            if (text.StartsWith($"{where}: ", StringComparison.Ordinal))
            {
                Warnings.Add(text[(where.Length + 2)..]);
            }
        }
    }
}
