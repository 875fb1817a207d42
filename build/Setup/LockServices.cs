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
                .. BaseParts.For(options.Image.Features, options.Run.Busybox == BusyboxOrigin.Debian, options.Debian.Suite.Codename, inputs.Assemble.HasTerminals)
                    .Where(part => !part.IsSpare || !options.Image.Programs.Only),
                .. CharacterSets.Parts(options.Image.Charsets),
                .. Locales.Parts(options.Image.Locales),
                .. LocalTime.Parts(options.Image.Zone, options.Image.Zones),
                .. CommandData.For(options.Image.Commands),
            ],
            options.Image.Platforms,
            inputs.RootFolder,
            inputs.Release is null ? null : BuildRootPackages.For(options.Debian.Suite),
            inputs.Release is { } release ? new LockedBusyboxRelease(release.Version, release.Sha256) : null,
            inputs.FilesOf,
            new ResolvedFilesProof(inputs.Assemble, inputs.Requirements, services.Get<PackageStore>(), services.Get<PackageCache>()))
        {
            AllowsOlderRelease = !options.Run.NoOlderRelease,
            Tried = [.. options.Tried.Where(pair => pair.Key != OptionTable.Platforms).Select(pair => pair.Value)],
            TriedPlatforms = options.Tried.GetValueOrDefault(OptionTable.Platforms),
        };
    }
}
