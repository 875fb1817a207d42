using BusyboxGlibc.Debian;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// Pins that are no longer available. The image and the build roots may pin different versions of one package; only the one
/// that is gone is dropped.
/// </summary>
internal sealed class DroppedPins
{
    private readonly HashSet<string> _ofPlatforms = new(StringComparer.Ordinal);
    private readonly HashSet<PinnedPackage> _ofBuildRoots = [];

    /// <summary>The dropped pins of the image, as <c>name:architecture</c>.</summary>
    public IReadOnlySet<string> OfPlatforms => _ofPlatforms;

    /// <summary>The dropped pins of the build roots.</summary>
    public IReadOnlySet<PinnedPackage> OfBuildRoots => _ofBuildRoots;

    /// <summary>Drops a package if the lock contains it.</summary>
    /// <returns>Whether it was not dropped before: only then can another resolution give a different result.</returns>
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
