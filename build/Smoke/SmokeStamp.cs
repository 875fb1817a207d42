using System.Runtime.InteropServices;
using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Smoke;

/// <summary>
/// Records, in a file next to the layout, which images passed every check, with which emulator and on which machine: an image with the same files, user and
/// environment need not be run again while checks, kernel and emulator are the same, whatever else of its index has changed.
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

    /// <summary>What the results depend on besides the image itself: the lines of lib-requires.txt that allow something, and the programs.</summary>
    internal string Allowed { get; init; } = string.Empty;

    /// <summary>What of an image its results depend on.</summary>
    internal static string IdentityOf(OciImage image) =>
        InputKey.Of([.. image.Manifest.Layers.Select(layer => layer.Digest), image.Config.Run.User ?? string.Empty, .. image.Config.Run.Environment]);

    /// <summary>Returns the recorded result of each image, and tests and records the others.</summary>
    /// <param name="images">The images, one per platform.</param>
    /// <param name="test">Tests some of them.</param>
    /// <param name="other">The record of another layout that may have the same images.</param>
    /// <returns>One result per image, in their order.</returns>
    internal async Task<IReadOnlyList<PlatformSmoke>> CompleteAsync(
        IReadOnlyList<OciImage> images, Func<IReadOnlyList<OciImage>, Task<IReadOnlyList<PlatformSmoke>>> test, SmokeStamp? other = null)
    {
        var identities = Identities(images);
        var own = Proven(identities);
        var proven = (other?.Proven(identities).Values ?? []).Concat(own.Values).GroupBy(smoke => smoke.Platform, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Last(), StringComparer.Ordinal);
        var tested = await test([.. images.Where(image => !proven.ContainsKey(image.Platform.Name))]);
        IReadOnlyList<PlatformSmoke> platforms =
            [.. images.Select(image => proven.GetValueOrDefault(image.Platform.Name) ?? tested.Single(platform => platform.Platform == image.Platform.Name))];
        if (tested.Count > 0 || proven.Count > own.Count)
        {
            Set(identities, platforms);
        }

        return platforms;
    }

    /// <summary>Returns the platforms of these images that are recorded as passed.</summary>
    internal IReadOnlyDictionary<string, PlatformSmoke> Proven(IReadOnlyList<OciImage> images) => Proven(Identities(images));

    /// <summary>Returns the platforms recorded as passed.</summary>
    /// <param name="identities">The identity of each platform's image.</param>
    internal IReadOnlyDictionary<string, PlatformSmoke> Proven(IReadOnlyDictionary<string, string> identities) =>
        StampFile.Read<Stamp>(Path) is { Platforms: { } proven } stamp && stamp.Program == BuildStamp.ProgramIdentity
            ? proven.Where(one => one is { Image: not null, Smoke: { Platform: not null, How: not null, Results: not null } smoke } && one.Machine == Machine(smoke.Platform)
                    && identities.GetValueOrDefault(smoke.Platform) == one.Image && smoke.IsProven)
                .DistinctBy(one => one.Smoke.Platform).ToDictionary(one => one.Smoke.Platform, one => one.Smoke, StringComparer.Ordinal)
            : new Dictionary<string, PlatformSmoke>();

    /// <summary>Records those of the platforms that passed.</summary>
    internal void Set(IReadOnlyDictionary<string, string> identities, IEnumerable<PlatformSmoke> platforms) =>
        StampFile.Write(Path, new Stamp(
            BuildStamp.ProgramIdentity, [.. platforms.Where(smoke => smoke.IsProven).Select(smoke => new ProvenPlatform(Machine(smoke.Platform), identities[smoke.Platform], smoke))]));

    private static Dictionary<string, string> Identities(IReadOnlyList<OciImage> images) => images.ToDictionary(image => image.Platform.Name, IdentityOf, StringComparer.Ordinal);

    private string Machine(string name) => InputKey.Of(
    [
        SmokeChecks.Format,
        RuntimeInformation.OSArchitecture.ToString(),
        RuntimeInformation.OSDescription,
        KnownPlatforms.Find(name) is { } platform ? Emulator.Identity(platform, commands) : string.Empty,
        LockedEmulators,
        Allowed,
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

    private sealed record ProvenPlatform(string Machine, string Image, PlatformSmoke Smoke);

    private sealed record Stamp(string Program, IReadOnlyList<ProvenPlatform> Platforms);
}
