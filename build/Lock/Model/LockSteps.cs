using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Package;

namespace BusyboxGlibc.Lock.Model;

/// <summary>The packages of the image that have another version in one lock than in another.</summary>
internal static class LockSteps
{
    /// <summary>The changed packages of all platforms that both locks have, in the order of the new lock.</summary>
    public static IEnumerable<PackageStep> Between(ImageLock? old, ImageLock @new)
    {
        foreach (var platform in @new.Platforms)
        {
            if (old?.Platforms.FirstOrDefault(before => before.Platform == platform.Platform) is not { } before)
            {
                continue;
            }

            var pins = before.Packages.ToDictionary(package => package.Pin.Name, package => package.Pin, StringComparer.Ordinal);
            var (was, now) = (Siblings(before), Siblings(platform));
            foreach (var pin in now)
            {
                if (pins.TryGetValue(pin.Name, out var last) && last.Version != pin.Version)
                {
                    var isBack = DebianVersion.Compare(last.Version, pin.Version) > 0;
                    yield return new PackageStep(
                        pin.Source, pin.Name, PackageStep.Of(last.Version, last.SourceVersion), PackageStep.Of(pin.Version, pin.SourceVersion), isBack ? last : pin, isBack ? was : now);
                }
            }
        }
    }

    private static IReadOnlyList<PinnedPackage> Siblings(LockedPlatform platform) => [.. platform.Packages.Select(package => package.Pin)];
}
