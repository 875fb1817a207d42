using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Progress;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The services for the run's BusyBox: Debian's package, or compiled from a release.</summary>
internal static class BusyboxServices
{
    /// <summary>Adds BusyBox, its compiler and the source tarballs of its releases.</summary>
    internal static IServiceCollection AddBusybox(this IServiceCollection services) => services
        .AddSingleton<IBusybox>(provider => provider.Options().Run.Busybox switch
        {
            BusyboxOrigin.None => new NoBusybox(),
            BusyboxOrigin.Debian => new DebianBusybox(provider.Get<PackageStore>(), provider.Get<PackageCache>()),
            _ => new SourceBusybox(provider.Get<BuildResults>().Compiled),
        })
        .AddSingleton(provider => new BusyboxCompiler(
            provider.Get<BuildPaths>().Cache, provider.Get<BuildPaths>().Logs, provider.Get<IProgressBoard>(), provider.Options().Run.Jobs))

        // Do not wait long for one source: there are others.
        .AddSingleton(provider => new ReleaseTarball(
            new ArchiveClient(new ArchiveCache(provider.Get<BuildPaths>().Cache), DebianServices.NewDownloader(provider, RetryPolicy.Brief), provider.Options().Run.Offline) { Vault = provider.Get<VaultKeeping>().Reader },
            provider.Get<Mirrors>().Main,
            provider.Get<IProgressBoard>()));
}
