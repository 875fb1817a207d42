using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>What a variant of the image asks of the lock. It includes everything that the image asks.</summary>
/// <param name="Name">The variant's name.</param>
/// <param name="Requirements">The image's requirements, and its own.</param>
/// <param name="BasePackages">The image's base packages, and its own.</param>
/// <param name="OverlayFiles">Returns the user's overlay files that a line matches on a platform.</param>
/// <param name="Proof">Verifies what would be built.</param>
public sealed record VariantRequest(
    string Name,
    IReadOnlyList<Requirement> Requirements,
    IReadOnlyList<BasePackage> BasePackages,
    Func<Platform, Requirement, IReadOnlyList<OverlayFile>>? OverlayFiles = null,
    IResolvedFilesProof? Proof = null);

/// <summary>Resolves what variants need in addition to the image: with the pins of the image, so that its layers do not change.</summary>
internal static class VariantResolution
{
    /// <summary>Adds the variants to a resolved lock.</summary>
    /// <param name="image">The image's lock.</param>
    /// <param name="request">The image's request.</param>
    /// <param name="previous">The lock before; null if there is none.</param>
    /// <param name="variants">The variants.</param>
    /// <param name="resolve">Resolves one request.</param>
    /// <exception cref="BuildException">A variant cannot be resolved; all failures are reported together.</exception>
    public static async Task<ImageLock> AddAsync(
        ImageLock image, ResolveRequest request, ImageLock? previous, IReadOnlyList<VariantRequest> variants, Func<ResolveRequest, IResolvedFilesProof?, Task<ImageLock>> resolve)
    {
        var failures = new List<BuildException>();
        var done = image with { Variants = [] };
        foreach (var variant in variants.OrderBy(variant => variant.Name, StringComparer.Ordinal))
        {
            try
            {
                done = await AddAsync(done, request, previous, variant, resolve);
            }
            catch (LockException error)
            {
                failures.Add(new LockException($"variant {variant.Name}: {error.What}", error.Where, error.Why, error.Next, error));
            }
        }

        return failures.Count switch
        {
            0 => done,
            1 => throw failures[0],
            _ => throw new LockException($"{Plural.Count(failures.Count, "variant")} cannot be resolved", why: string.Join('\n', failures.Select(failure => failure.Message))),
        };
    }

    private static async Task<ImageLock> AddAsync(
        ImageLock done, ResolveRequest request, ImageLock? previous, VariantRequest variant, Func<ResolveRequest, IResolvedFilesProof?, Task<ImageLock>> resolve)
    {
        var known = previous?.Variants.FirstOrDefault(one => one.Name == variant.Name);
        var before = done with { Variants = [], Platforms = [.. done.Platforms.Select(platform => Pinned(platform, known))] };

        // Of what the image does not have, a renewal takes the newest version.
        var shared = done.Platforms.ToDictionary(platform => platform.Platform, platform => platform.Packages.Select(package => package.Pin.Name).ToHashSet(StringComparer.Ordinal));
        var dropped = request.KeepPins ? request.DroppedPins : before.Platforms.SelectMany(platform => platform.Packages.Where(package => !shared[platform.Platform].Contains(package.Pin.Name)))
            .Select(package => $"{package.Pin.Name}:{package.Pin.Architecture}").ToHashSet(StringComparer.Ordinal);
        var whole = await resolve(
            request with
            {
                Requirements = variant.Requirements,
                BasePackages = variant.BasePackages,
                OverlayFiles = variant.OverlayFiles,
                Previous = before,
                KeepPins = true,
                DroppedPins = dropped,
                BuildRoot = null,
                Busybox = null,
            },
            variant.Proof);
        var images = done.Platforms.ToDictionary(platform => platform.Platform);
        List<LockedPlatform> platforms =
        [
            .. whole.Platforms.Where(platform => request.Platforms.Contains(platform.Platform)).Select(platform => LockedVariant.Difference(platform, images[platform.Platform])),
            .. known?.Platforms.Where(platform => !request.Platforms.Contains(platform.Platform) && images.ContainsKey(platform.Platform)) ?? [],
        ];
        return done with { Releases = whole.Releases, Variants = [.. done.Variants, new LockedVariant(variant.Name, [.. LockFile.InOrder(platforms)])] };
    }

    // Files of another version of a package are no answer: then everything of the variant is resolved again.
    private static LockedPlatform Pinned(LockedPlatform image, LockedVariant? variant)
    {
        var pins = image.Packages.ToDictionary(package => package.Pin.Name, package => package.Pin, StringComparer.Ordinal);
        return variant is null || variant.Platforms.Where(own => own.Platform == image.Platform).SelectMany(own => own.Packages).Any(package => pins.TryGetValue(package.Pin.Name, out var pin) && pin != package.Pin)
            ? image : variant.Over(image);
    }
}
