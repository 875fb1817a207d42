using System.Text.Json;

namespace BusyboxGlibc.Lock.Model;

/// <content>Reads the part of a lock about variants.</content>
internal sealed partial class LockParser
{
    private static readonly string[] _variantKeys = ["name", "platforms"];

    private LockedVariant ReadVariant(ref Utf8JsonReader json)
    {
        var name = string.Empty;
        IReadOnlyList<LockedPlatform> platforms = [];
        ReadObject(ref json, "a variant", _variantKeys, (string key, ref Utf8JsonReader value) =>
        {
            if (key == "name")
            {
                name = ReadText(ref value, key, LockText.IsWord, "a variant's name");
            }
            else
            {
                platforms = ReadDistinct(ref value, key, (ref Utf8JsonReader platform) => ReadPlatform(ref platform, isPart: true), platform => platform.Platform.Name);
            }
        });
        return new LockedVariant(name, [.. LockFile.InOrder(platforms)]);
    }

    // After the whole lock is read, because a variant refers to the platforms of the image.
    private void Check(ImageLock imageLock, long start)
    {
        foreach (var variant in imageLock.Variants)
        {
            foreach (var own in variant.Platforms)
            {
                var image = imageLock.Platforms.FirstOrDefault(platform => platform.Platform == own.Platform)
                    ?? throw Wrong(start, $"the variant {variant.Name} has {own.Platform}, and the image does not");
                if (own.Packages.FirstOrDefault(package => image.Packages.Any(known => known.Pin.Name == package.Pin.Name && known.Pin != package.Pin)) is { } other)
                {
                    throw Wrong(start, $"{own.Platform}: the variant {variant.Name} pins another {other.Pin.Name} than the image");
                }

                var whole = variant.Over(image);
                var taken = TakenFrom(whole.Packages);
                if (own.Requirements.SelectMany(requirement => requirement.Files).FirstOrDefault(file => !taken.Contains(file)) is { } lost)
                {
                    throw Wrong(start, $"{own.Platform}: {lost} of the variant {variant.Name} belongs to no package");
                }
            }
        }
    }

    private static HashSet<string> TakenFrom(IEnumerable<LockedPackage> packages) =>
        packages.SelectMany(package => package.Files.Concat(package.Links.Select(link => link.Path))).ToHashSet(StringComparer.Ordinal);
}
