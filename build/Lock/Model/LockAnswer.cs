using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Model;

/// <summary>The reasons why a lock does not satisfy a request.</summary>
/// <param name="Lines">One line per difference, such as <c>linux/arm64: libfoo is not in the lock</c>.</param>
internal sealed record LockGap(IReadOnlyList<string> Lines)
{
    /// <summary>All lines, as the reason in an error.</summary>
    public override string ToString() => string.Join('\n', Lines);

    /// <summary>The first line, and how many more there are.</summary>
    public string Short => Lines.Count == 1 ? Lines[0] : $"{Lines[0]}, and {Lines.Count - 1} more";
}

/// <summary>Determines whether a lock satisfies a request exactly, without reading any index.</summary>
internal static class LockAnswer
{
    private const string BasePrefix = "base: ";

    /// <summary>Lists what is missing or superfluous; null if the lock satisfies the request. Platforms of the lock that are not requested are ignored.</summary>
    /// <param name="imageLock">The lock.</param>
    /// <param name="suite">The requested suite.</param>
    /// <param name="requirements">The lines of lib-requires.txt and the commands.</param>
    /// <param name="basePackages">The packages that the image always uses; the lock may or may not contain spare ones.</param>
    /// <param name="platforms">The requested platforms.</param>
    /// <param name="projectFolder">The folder that paths of user-supplied package files are relative to; if given, a change of such a file is a gap.</param>
    /// <param name="buildRoot">The build root for compiling BusyBox; null if it is not compiled, and then the lock's own is ignored.</param>
    /// <param name="busybox">The BusyBox release to compile; null if it is not compiled.</param>
    /// <param name="platformSuites">The platforms that come from another suite; null if none does.</param>
    public static LockGap? Find(
        ImageLock imageLock,
        string suite,
        IReadOnlyList<Requirement> requirements,
        IReadOnlyList<BasePackage> basePackages,
        IReadOnlyList<Platform> platforms,
        string? projectFolder = null,
        BuildRootRequest? buildRoot = null,
        LockedBusyboxRelease? busybox = null,
        IReadOnlyDictionary<Platform, string>? platformSuites = null)
    {
        var lines = new List<string>();
        if (imageLock.Suite != suite)
        {
            lines.Add($"suite is {suite}, the lock is for {imageLock.Suite}");
        }

        foreach (var platform in platforms)
        {
            var locked = imageLock.Platforms.FirstOrDefault(locked => locked.Platform == platform);
            if (locked is null)
            {
                lines.Add($"{platform}: the platform is not in the lock");
                continue;
            }

            if (locked.Suite != platformSuites?.GetValueOrDefault(platform))
            {
                lines.Add($"{platform}: its suite is {platformSuites?.GetValueOrDefault(platform) ?? suite}, in the lock it is from {locked.Suite ?? imageLock.Suite}");
                continue;
            }

            var asked = TextsFor(locked, requirements, basePackages);
            var answered = locked.Requirements.Select(requirement => requirement.Text).ToHashSet(StringComparer.Ordinal);
            var spare = basePackages.Where(package => package.IsSpare).Select(TextOf).ToHashSet(StringComparer.Ordinal);
            var reasons = basePackages.DistinctBy(TextOf).ToDictionary(TextOf, package => $"{package.Package} for {package.Reason}", StringComparer.Ordinal);
            lines.AddRange(asked.Where(text => !answered.Contains(text) && !spare.Contains(text)).Select(text => $"{platform}: {reasons.GetValueOrDefault(text, text)} is not in the lock"));
            lines.AddRange(locked.Requirements
                .Where(requirement => !asked.Contains(requirement.Text))
                .Select(requirement => $"{platform}: {requirement.Text} is in the lock but no longer requested"));
            if (projectFolder is not null)
            {
                lines.AddRange(locked.Packages
                    .Where(package => package.Pin.Archive == ArchiveNames.Local && !IsUnchanged(package, projectFolder))
                    .Select(package => $"{platform}: {package.Pin.PoolPath} is not the file that was locked"));
            }
        }

        foreach (var host in buildRoot is null ? [] : BuildRootRequest.Hosts)
        {
            lines.AddRange(BuildRootGaps(imageLock.BuildRoots.FirstOrDefault(root => root.Host == host), buildRoot!, host));
        }

        if (busybox is not null && imageLock.Busybox != busybox)
        {
            lines.Add($"busybox is {busybox.Version}, the lock is for {(
                imageLock.Busybox is not { } locked ? "no compiled BusyBox" : locked.Version != busybox.Version ? locked.Version : "different bytes of that release")}");
        }

        return lines.Count == 0 ? null : new LockGap(lines);
    }

    /// <summary>The text of a base package in the lock's requirements.</summary>
    public static string TextOf(BasePackage package) => $"{BasePrefix}{package.Package} {string.Join(' ', package.Patterns)}";

    /// <summary>The paths that the user's own lines ask for, without those that every image is made with.</summary>
    internal static IReadOnlySet<string> FilesOfLines(LockedPlatform platform) => platform.Requirements
        .Where(requirement => !requirement.Text.StartsWith(BasePrefix, StringComparison.Ordinal))
        .SelectMany(requirement => requirement.Files)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>All requirements of a platform in the form recorded in the lock, in ordinal order; an implied one only if the lock has it, or nothing that makes it superfluous.</summary>
    internal static SortedSet<string> TextsFor(LockedPlatform locked, IReadOnlyList<Requirement> requirements, IReadOnlyList<BasePackage> basePackages)
    {
        var platform = locked.Platform;
        var answered = locked.Requirements.Select(answer => answer.Text).ToHashSet(StringComparer.Ordinal);
        return new(
            requirements.Where(requirement => requirement.AppliesTo(platform) && (!requirement.IsImplied || answered.Contains(TextOf(requirement)) || !HasLibrary(locked, requirement.Name))).Select(TextOf)
                .Concat(basePackages.Where(package => package.AppliesTo(platform)).Select(TextOf)),
            StringComparer.Ordinal);
    }

    /// <summary>Whether a file is where the loader finds a library of that name.</summary>
    internal static bool IsLibrary(string path, string soname, Platform platform) =>
        path.EndsWith($"/lib/{platform.Triplet}/{soname}", StringComparison.Ordinal);

    private static bool HasLibrary(LockedPlatform locked, string soname) => locked.Packages.Any(package => package.Files.Concat(package.Links.Select(link => link.Path)).Any(path => IsLibrary(path, soname, locked.Platform)));

    /// <summary>The text of a requirement in the lock: a command and a library with the same name have different texts.</summary>
    internal static string TextOf(Requirement requirement) =>
        requirement.Kind == RequirementKind.Command ? $"command: {requirement.Text}" : requirement.Text;

    private static IEnumerable<string> BuildRootGaps(LockedBuildRoot? locked, BuildRootRequest request, string host)
    {
        if (locked is null)
        {
            return [$"build root {host} is not in the lock"];
        }

        // The compilers of optional platforms stay for runs that want them again.
        var asked = request.TextsFor(host);
        return asked.Where(text => !locked.Asked.Contains(text, StringComparer.Ordinal)).Select(text => $"build root {host}: {text} is not in the lock")
            .Concat(locked.Asked.Where(text => !asked.Contains(text) && !BuildRootRequest.IsOptional(text)).Select(text => $"build root {host}: {text} is in the lock but no longer requested"));
    }

    private static bool IsUnchanged(LockedPackage package, string projectFolder)
    {
        try
        {
            return FileHash.Of(Path.Combine(projectFolder, package.Pin.PoolPath), out var size) == package.Pin.Sha256 && size == package.Pin.Size;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
