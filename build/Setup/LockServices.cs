using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Verify;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The services for the run's lock, and the request it must satisfy.</summary>
internal static class LockServices
{
    /// <summary>Adds both.</summary>
    internal static IServiceCollection AddLock(this IServiceCollection services) => services
        .AddSingleton(NewRequest)
        .AddSingleton(provider => new LockManager(
            provider.Get<BuildPaths>().Lock,
            provider.Get<BuildPaths>().TriedLocks,
            (insists, cancellation) => DebianServices.OpenSuiteAsync(provider, insists, cancellation),
            provider.Get<PackageStore>(),
            provider.Get<IProgressBoard>(),
            provider.Options().Run.Jobs,
            new ContentsCache(provider.Get<BuildPaths>().Cache),
            provider.Get<PackageCache>()));

    private static LockRequest NewRequest(IServiceProvider services)
    {
        var (inputs, options) = (services.Get<BuildInputs>(), services.Options());
        return new LockRequest(
            options.Debian.Suite.Codename,
            inputs.Requirements,
            AllParts(inputs),
            options.Image.Platforms,
            inputs.RootFolder,
            inputs.Release is null ? null : BuildRootPackages.For(options.Debian.Suite, options.Image.Platforms),
            inputs.Release is { } release ? new LockedBusyboxRelease(release.Version, release.Sha256) : null,
            inputs.FilesOf,
            ProofOf(services, inputs))
        {
            Variants = [.. inputs.AllVariants.Select(variant => VariantOf(services, inputs, variant)).OfType<VariantRequest>()],
            PlatformSuites = options.Debian.PlatformSuites.ToDictionary(pair => pair.Key, pair => pair.Value.Codename),
            AllowsOlderRelease = !options.Run.NoOlderRelease,
            Tried = [.. options.Tried.Where(pair => pair.Key != OptionTable.Platforms).Select(pair => pair.Value)],
            TriedPlatforms = options.Tried.GetValueOrDefault(OptionTable.Platforms),
        };
    }

    /// <summary>The request of an image: as it is, or what a variant needs instead.</summary>
    internal static LockRequest RequestOf(LockRequest request, BuildInputs inputs) => inputs.Variant is null ? request : request with
    {
        Requirements = inputs.Requirements,
        BasePackages = [.. request.BasePackages.UnionBy(AllParts(inputs), LockAnswer.TextOf)],
        OverlayFiles = inputs.FilesOf,
    };

    // Null if it needs what the image needs.
    private static VariantRequest? VariantOf(IServiceProvider services, BuildInputs image, BuildInputs variant)
    {
        var of = AllParts(image);
        List<BasePackage> parts = [.. of.UnionBy(AllParts(variant), LockAnswer.TextOf)];
        return parts.Count == of.Count && variant.Requirements.Count == image.Requirements.Count ? null
            : new VariantRequest(variant.Variant!.Name, variant.Requirements, parts, variant.FilesOf, ProofOf(services, variant));
    }

    private static ResolvedFilesProof ProofOf(IServiceProvider services, BuildInputs inputs) => new(inputs.Assemble, inputs.Requirements, services.Get<PackageStore>(), services.Get<PackageCache>());

    private static IReadOnlyList<BasePackage> AllParts(BuildInputs inputs)
    {
        var image = inputs.Options.Image;
        return
        [
            .. Parts(inputs).Where(part => !part.IsSpare || !image.Programs.Only),
            .. Locales.Parts(image.Locales),
            .. LocalTime.Parts(image.Zone, image.Zones),
            .. CommandData.For(image.Commands),
        ];
    }

    // The same for all suites, but for what has moved from one to the other.
    private static IEnumerable<BasePackage> Parts(BuildInputs inputs)
    {
        var options = inputs.Options;
        var suites = options.Debian.SuitesOf(options.Image.Platforms);
        return suites
            .SelectMany(suite => BaseParts.For(options.Image.Features, options.Run.Busybox == BusyboxOrigin.Debian, suite.Codename, inputs.Assemble.HasTerminals)
                .Concat(CharacterSets.Parts(options.Image.Charsets, suite.Codename))
                .Select(part => (Part: part, Suite: suite)))
            .GroupBy(one => LockAnswer.TextOf(one.Part))
            .Select(same => same.Count() == suites.Count ? same.First().Part : same.First().Part with
            {
                OnlyOn = [.. options.Image.Platforms.Where(platform => same.Any(one => one.Suite == options.Debian.SuiteOf(platform)) && same.First().Part.AppliesTo(platform))],
            });
    }
}
