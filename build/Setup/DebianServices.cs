using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Progress;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The services for the Debian archive: its mirrors, its cache, the network.</summary>
internal static class DebianServices
{
    /// <summary>Adds the archive.</summary>
    internal static IServiceCollection AddDebian(this IServiceCollection services) => services
        .AddSingleton(FindMirrors)
        .AddSingleton(provider => new ProxyRules(Environment.GetEnvironmentVariable, provider.Get<Mirrors>().Proxies))
        .AddSingleton(provider => Downloader.NewClient(provider.Get<ProxyRules>(), provider.Get<Mirrors>().Trust))
        .AddSingleton(NewClient)
        .AddSingleton(provider => new PackageStore(
            provider.Get<ArchiveClient>(), provider.Get<Mirrors>(), provider.Get<BuildInputs>().RootFolder, provider.Get<IProgressBoard>()))
        .AddSingleton(provider => new PackageCache(provider.Get<BuildPaths>().Cache));

    /// <summary>Opens the suite.</summary>
    /// <param name="services">The services of the run.</param>
    /// <param name="insists">Whether to retry downloads that failed a moment ago.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    internal static Task<ISuite> OpenSuiteAsync(IServiceProvider services, bool insists, CancellationToken cancellation) =>
        OpenSuiteAsync(services, services.Get<ArchiveClient>(), services.Get<IProgressBoard>(), insists, cancellation);

    /// <summary>Opens the suite as the cache has it, without a word to the user.</summary>
    internal static Task<ISuite> OpenCachedSuiteAsync(IServiceProvider services, CancellationToken cancellation) => OpenSuiteAsync(
        services, new ArchiveClient(services.Get<ArchiveClient>().Cache, NewDownloader(services, RetryPolicy.Standard), isOffline: true), new SilentProgressBoard(), insists: false, cancellation);

    private static async Task<ISuite> OpenSuiteAsync(IServiceProvider services, ArchiveClient client, IProgressBoard board, bool insists, CancellationToken cancellation)
    {
        var (options, mirrors, clock) = (services.Options().Debian, services.Get<Mirrors>(), services.Get<TimeProvider>());
        return await DebianSuite.OpenAsync(
            new SuiteOptions(options.Suite.Codename, options.ChecksValidUntil(mirrors.HostTakesExpired), OtherName: options.Suite.OtherName),
            mirrors,
            client,
            ArchiveKeyring.For(options.Suite.Codename),
            clock,
            board,
            cancellation,
            insists ? null : new InconsistentMirrors(services.Get<BuildPaths>().Cache, clock));
    }

    /// <summary>Creates a downloader for the run.</summary>
    internal static Downloader NewDownloader(IServiceProvider services, RetryPolicy policy) => new(services.Get<HttpClient>(), policy, services.Get<ProxyRules>());

    private static Mirrors FindMirrors(IServiceProvider services)
    {
        var options = services.Options().Debian;
        return MirrorDiscovery.Find(options.Mirror, options.SecurityMirror, options.Snapshot, new HostFiles());
    }

    private static ArchiveClient NewClient(IServiceProvider services) => new(
        new ArchiveCache(services.Get<BuildPaths>().Cache), NewDownloader(services, RetryPolicy.Standard), services.Options().Run.Offline, () =>
        {
            foreach (var warning in services.Get<Mirrors>().Warnings)
            {
                services.Get<IProgressBoard>().Warn(warning);
            }
        });
}
