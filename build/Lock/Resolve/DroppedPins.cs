using BusyboxGlibc.Debian;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// Pins that can no longer be had. The image and the build roots may pin different versions of one package; only the one
/// that is gone is let go of.
/// </summary>
internal sealed class DroppedPins
{
    private readonly HashSet<string> _ofPlatforms = new(StringComparer.Ordinal);
    private readonly HashSet<PinnedPackage> _ofBuildRoots = [];

    /// <summary>Those of the image, as <c>name:architecture</c>.</summary>
    public IReadOnlySet<string> OfPlatforms => _ofPlatforms;

    /// <summary>Those of the build roots.</summary>
    public IReadOnlySet<PinnedPackage> OfBuildRoots => _ofBuildRoots;

    /// <summary>Lets go of a package where the lock has it.</summary>
    /// <returns>Whether it was held until now: resolving once more can only then end otherwise.</returns>
    public bool Add(PinnedPackage pin, ImageLock imageLock)
    {
        var isTool = imageLock.BuildRoots.Any(root => root.Packages.Any(tool => tool.Pin == pin));
        var isNew = isTool && _ofBuildRoots.Add(pin);
        if (!isTool || imageLock.Platforms.Any(platform => platform.Packages.Any(package => package.Pin == pin)))
        {
            isNew |= _ofPlatforms.Add($"{pin.Name}:{pin.Architecture}");
        }

        return isNew;
    }
}
