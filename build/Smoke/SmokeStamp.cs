using System.Runtime.InteropServices;
using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Smoke;

/// <summary>
/// Records, in a file next to the layout, which platforms of which index passed every check, with which emulator and on which machine: these need not
/// be run again while index, checks, kernel and emulator are the same.
/// </summary>
/// <param name="layoutFolder">The layout.</param>
/// <param name="commands">Finds emulators.</param>
public sealed class SmokeStamp(string layoutFolder, ICommandRunner commands)
{
    private const string Handlers = "/proc/sys/fs/binfmt_misc";

    /// <summary>Identifies the emulators of the lock.</summary>
    internal string LockedEmulators { get; init; } = string.Empty;

    /// <summary>The file.</summary>
    public string Path => layoutFolder + ".smoke.json";

    /// <summary>Returns the recorded result of each image, and tests and records the others.</summary>
    /// <param name="indexDigest">The digest of the layout's index.</param>
    /// <param name="images">Its images, one per platform.</param>
    /// <param name="test">Tests some of them.</param>
    /// <returns>One result per image, in their order.</returns>
    internal async Task<IReadOnlyList<PlatformSmoke>> CompleteAsync(
        string indexDigest, IReadOnlyList<OciImage> images, Func<IReadOnlyList<OciImage>, Task<IReadOnlyList<PlatformSmoke>>> test)
    {
        var proven = Proven(indexDigest);
        var tested = await test([.. images.Where(image => !proven.ContainsKey(image.Platform.Name))]);
        IReadOnlyList<PlatformSmoke> platforms =
            [.. images.Select(image => proven.GetValueOrDefault(image.Platform.Name) ?? tested.Single(platform => platform.Platform == image.Platform.Name))];
        if (tested.Count > 0)
        {
            Set(indexDigest, platforms);
        }

        return platforms;
    }

    /// <summary>Returns the platforms recorded as passed.</summary>
    /// <param name="indexDigest">The digest of the layout's index.</param>
    internal IReadOnlyDictionary<string, PlatformSmoke> Proven(string indexDigest) =>
        StampFile.Read<Stamp>(Path) is { Platforms: { } proven } stamp && stamp.Program == BuildStamp.ProgramIdentity && stamp.Index == indexDigest
            ? proven.Where(one => one is { Smoke: { Platform: not null, How: not null, Results: not null } smoke } && one.Machine == Machine(smoke.Platform) && smoke.IsProven)
                .DistinctBy(one => one.Smoke.Platform).ToDictionary(one => one.Smoke.Platform, one => one.Smoke, StringComparer.Ordinal)
            : new Dictionary<string, PlatformSmoke>();

    /// <summary>Records those of the platforms that passed.</summary>
    internal void Set(string indexDigest, IEnumerable<PlatformSmoke> platforms) =>
        StampFile.Write(Path, new Stamp(
            BuildStamp.ProgramIdentity, indexDigest, [.. platforms.Where(smoke => smoke.IsProven).Select(smoke => new ProvenPlatform(Machine(smoke.Platform), smoke))]));

    private string Machine(string name) => InputKey.Of(
    [
        SmokeChecks.Format,
        RuntimeInformation.OSArchitecture.ToString(),
        RuntimeInformation.OSDescription,
        KnownPlatforms.Find(name) is { } platform ? Emulator.Identity(platform, commands) : string.Empty,
        LockedEmulators,
        .. HandlerNames(),
    ]);

    private static IEnumerable<string> HandlerNames()
    {
        try
        {
            return [.. Directory.EnumerateFiles(Handlers).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private sealed record ProvenPlatform(string Machine, PlatformSmoke Smoke);

    private sealed record Stamp(string Program, string Index, IReadOnlyList<ProvenPlatform> Platforms);
}
