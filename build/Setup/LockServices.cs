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
            [
                .. Parts(inputs)
                    .Where(part => !part.IsSpare || !options.Image.Programs.Only),
                .. Locales.Parts(options.Image.Locales),
                .. LocalTime.Parts(options.Image.Zone, options.Image.Zones),
                .. CommandData.For(options.Image.Commands),
            ],
            options.Image.Platforms,
            inputs.RootFolder,
            inputs.Release is null ? null : BuildRootPackages.For(options.Debian.Suite, options.Image.Platforms),
            inputs.Release is { } release ? new LockedBusyboxRelease(release.Version, release.Sha256) : null,
            inputs.FilesOf,
            new ResolvedFilesProof(inputs.Assemble, inputs.Requirements, services.Get<PackageStore>(), services.Get<PackageCache>()))
        {
            PlatformSuites = options.Debian.PlatformSuites.ToDictionary(pair => pair.Key, pair => pair.Value.Codename),
            AllowsOlderRelease = !options.Run.NoOlderRelease,
            Tried = [.. options.Tried.Where(pair => pair.Key != OptionTable.Platforms).Select(pair => pair.Value)],
            TriedPlatforms = options.Tried.GetValueOrDefault(OptionTable.Platforms),
        };
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
