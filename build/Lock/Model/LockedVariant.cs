namespace BusyboxGlibc.Lock.Model;

/// <summary>What a variant of the image has in addition to the image.</summary>
/// <param name="Name">The variant's name.</param>
/// <param name="Platforms">Per platform, in the order of the lock, the requirements that the image does not have, and the packages that provide only these files; a package
/// that the image has too is listed with the additional files and the same pin.</param>
internal sealed record LockedVariant(string Name, IReadOnlyList<LockedPlatform> Platforms)
{
    /// <summary>The variant's platform, complete.</summary>
    /// <param name="image">The platform of the image.</param>
    public LockedPlatform Over(LockedPlatform image)
    {
        if (Platforms.FirstOrDefault(own => own.Platform == image.Platform) is not { } more)
        {
            return image;
        }

        var packages = image.Packages.ToDictionary(package => package.Pin.Name, StringComparer.Ordinal);
        foreach (var package in more.Packages)
        {
            packages[package.Pin.Name] = packages.TryGetValue(package.Pin.Name, out var known) ? known with
            {
                Newest = Math.Max(known.Newest, package.Newest),
                Files = [.. known.Files.Union(package.Files, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                Links = [.. known.Links.Union(package.Links).OrderBy(link => link.Path, StringComparer.Ordinal)],
            }
            : package;
        }

        return image with
        {
            Requirements = [.. image.Requirements.UnionBy(more.Requirements, requirement => requirement.Text).OrderBy(requirement => requirement.Text, StringComparer.Ordinal)],
            Packages = [.. packages.Values.OrderBy(package => package.Pin.Name, StringComparer.Ordinal)],
        };
    }

    /// <summary>What a resolved platform has in addition to that of the image.</summary>
    /// <param name="whole">The variant's platform.</param>
    /// <param name="image">The platform of the image.</param>
    public static LockedPlatform Difference(LockedPlatform whole, LockedPlatform image)
    {
        var known = image.Packages.ToDictionary(package => package.Pin.Name, StringComparer.Ordinal);
        return new LockedPlatform(
            image.Platform,
            [.. whole.Requirements.ExceptBy(image.Requirements.Select(requirement => requirement.Text), requirement => requirement.Text)],
            [
                .. whole.Packages.Select(package => known.TryGetValue(package.Pin.Name, out var under)
                    ? package with { Files = [.. package.Files.Except(under.Files, StringComparer.Ordinal)], Links = [.. package.Links.Except(under.Links)] }
                    : package).Where(package => package.Files.Count + package.Links.Count > 0),
            ]);
    }
}
