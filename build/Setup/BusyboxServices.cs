using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Progress;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The BusyBox of the run: Debian's, or compiled from a release.</summary>
internal static class BusyboxServices
{
    /// <summary>Adds it, its compiler and the tarballs of its releases.</summary>
    internal static IServiceCollection AddBusybox(this IServiceCollection services) => services
        .AddSingleton<IBusybox>(provider => provider.Get<BuildInputs>().Release is null
            ? new DebianBusybox(provider.Get<PackageStore>(), provider.Get<PackageCache>())
            : new SourceBusybox(provider.Get<BuildResults>().Compiled))
        .AddSingleton(provider => new BusyboxCompiler(
            provider.Get<BuildPaths>().Cache, provider.Get<BuildPaths>().Logs, provider.Get<IProgressBoard>(), provider.Options().Run.Jobs))

        // A source that does not answer is soon given up, for there are others.
        .AddSingleton(provider => new ReleaseTarball(
            new ArchiveClient(new ArchiveCache(provider.Get<BuildPaths>().Cache), DebianServices.NewDownloader(provider, RetryPolicy.Brief), provider.Options().Run.Offline),
            provider.Get<Mirrors>().Main,
            provider.Get<IProgressBoard>()));
}
