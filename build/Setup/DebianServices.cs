using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Platforms;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The services for the Debian archive: its mirrors, its cache, the network.</summary>
internal static class DebianServices
{
    /// <summary>How long Release files of the cache are new enough for a question.</summary>
    internal static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    private static readonly TimeSpan _imported = TimeSpan.FromHours(12);

    /// <summary>Adds the archive.</summary>
    internal static IServiceCollection AddDebian(this IServiceCollection services) => services
        .AddSingleton(FindMirrors)
        .AddSingleton<TrustedKeys>()
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
    internal static Task<ISuite> OpenSuiteAsync(IServiceProvider services, bool insists, CancellationToken cancellation) => OpenMixedAsync(
        services, services.Get<ArchiveClient>(), services.Get<IProgressBoard>(),
        insists ? null : new InconsistentMirrors(services.Get<BuildPaths>().Cache, services.Get<TimeProvider>()), cancellation);

    /// <summary>Opens the suite for a question: without the network if its Release files were fetched within the last day, since an answer is wanted at once.</summary>
    internal static async Task<ISuite> OpenRecentSuiteAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var (options, cache, now) = (services.Options().Debian, services.Get<BuildPaths>().Cache, services.Get<TimeProvider>().GetUtcNow());
        bool IsRecent(SuiteFacts suite) => RecentSuite.FetchedAt(cache, suite.Codename) is { } fetched && now - fetched is var age && age >= TimeSpan.Zero && age < Recent;
        if (options.Keyring.Files.Count == 0 && !services.Options().Run.Offline && options.PlatformSuites.Values.Prepend(options.Suite).All(IsRecent))
        {
            try
            {
                return new RecentSuite(await OpenCachedAsync(services, cancellation), () => OpenSuiteAsync(services, insists: false, cancellation));
            }
            catch (DebianException)
            {
                // Then it is fetched.
            }
        }

        return await OpenSuiteAsync(services, insists: false, cancellation);
    }

    /// <summary>Opens the suite, with the platforms that come from others, as <see cref="OpenCachedSuiteAsync"/> opens one.</summary>
    internal static Task<ISuite> OpenCachedAsync(IServiceProvider services, CancellationToken cancellation) =>
        OpenMixedAsync(services, NewCachedClient(services), new SilentProgressBoard(), null, cancellation);

    /// <summary>Opens a suite without the network, with what the cache has of it, and without a word to the user.</summary>
    internal static Task<ISuite> OpenCachedSuiteAsync(IServiceProvider services, SuiteFacts suite, CancellationToken cancellation) =>
        OpenAsync(services, suite, NewCachedClient(services), new SilentProgressBoard(), null, cancellation);

    /// <summary>Opens a suite, which need not be that of the run's options, with the network, for a question that has an answer without it: one that does not respond is not waited for long.</summary>
    internal static Task<ISuite> OpenOneSuiteAsync(IServiceProvider services, SuiteFacts suite, CancellationToken cancellation) => OpenAsync(
        services, suite, new ArchiveClient(new ArchiveCache(services.Get<BuildPaths>().Cache), NewDownloader(services, RetryPolicy.Brief), isOffline: false) { Vault = services.Get<VaultKeeping>().Reader }, services.Get<IProgressBoard>(), new InconsistentMirrors(services.Get<BuildPaths>().Cache, services.Get<TimeProvider>()), cancellation);

    private static ArchiveClient NewCachedClient(IServiceProvider services) => new(new ArchiveCache(services.Get<BuildPaths>().Cache), NewDownloader(services, RetryPolicy.Brief), isOffline: true);

    /// <summary>When the snapshot archive has what was in the archive at some times, the latest first, in its own form. It imports the archive several times a day, so a Release is in it some hours later.</summary>
    /// <param name="dates">The dates of Releases.</param>
    internal static IEnumerable<string> SnapshotTimes(IEnumerable<DateTimeOffset> dates) => dates.OrderDescending()
        .Select(date => FormattableString.Invariant($"{date.UtcDateTime + _imported:yyyyMMdd'T'HHmmss'Z'}")).Distinct(StringComparer.Ordinal);

    /// <summary>Opens a suite as it was at a time, from the snapshot archive, in a cache of its own: a Release of then must not be taken for one that went back in time.</summary>
    /// <param name="services">The services of the run.</param>
    /// <param name="suite">The suite.</param>
    /// <param name="time">The time, in the snapshot archive's form <c>20261121T211544Z</c>.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The suite and its mirrors; null if there is no snapshot archive, or it does not have that state.</returns>
    internal static async Task<(ISuite Suite, Mirrors Mirrors)?> OpenPastSuiteAsync(IServiceProvider services, SuiteFacts suite, string time, CancellationToken cancellation)
    {
        if (services.Get<Mirrors>().Snapshot is not { } root || services.Options().Run.Offline)
        {
            return null;
        }

        var past = new Mirrors([new Uri(root, $"archive/debian/{time}/")], [new Uri(root, $"archive/debian-security/{time}/")], null);
        var client = new ArchiveClient(new ArchiveCache(Path.Combine(services.Get<BuildPaths>().Cache, "snapshot", time)), NewDownloader(services, RetryPolicy.Brief), isOffline: false);
        try
        {
            return (await DebianSuite.OpenAsync(new SuiteOptions(suite.Codename, ChecksValidUntil: false), past, client, ArchiveKeyring.For(suite.KeysOf ?? suite.Codename), services.Get<TimeProvider>(), new SilentProgressBoard(), cancellation), past);
        }
        catch (DebianException error)
        {
            services.Get<IProgressBoard>().Warn($"the snapshot archive cannot be asked: {error.What}");
            return null;
        }
    }

    // The image's suite, with the platforms that come from others.
    private static async Task<ISuite> OpenMixedAsync(IServiceProvider services, ArchiveClient client, IProgressBoard board, InconsistentMirrors? inconsistent, CancellationToken cancellation)
    {
        var options = services.Options().Debian;
        var main = await OpenAsync(services, options.Suite, client, board, inconsistent, cancellation);
        var others = options.PlatformSuites.Values.Distinct()
            .ToDictionary(suite => suite, suite => new Lazy<Task<ISuite>>(() => OpenAsync(services, suite, client, board, inconsistent, cancellation)));
        return others.Count == 0 ? main : new MixedSuite(
            main, options.PlatformSuites.DistinctBy(pair => pair.Key.DebianArchitecture).ToDictionary(pair => pair.Key.DebianArchitecture, pair => others[pair.Value], StringComparer.Ordinal));
    }

    private static async Task<ISuite> OpenAsync(IServiceProvider services, SuiteFacts suite, ArchiveClient client, IProgressBoard board, InconsistentMirrors? inconsistent, CancellationToken cancellation)
    {
        var (options, mirrors, keys) = (services.Options().Debian, services.Get<Mirrors>(), services.Get<TrustedKeys>());
        if (board is not SilentProgressBoard)
        {
            keys.Tell();
        }

        return await DebianSuite.OpenAsync(
            new SuiteOptions(suite.Codename, options.ChecksValidUntil(mirrors.HostTakesExpired), OtherName: suite.OtherName),
            mirrors,
            client,
            keys.Of(suite),
            services.Get<TimeProvider>(),
            board,
            cancellation,
            inconsistent);
    }

    /// <summary>Creates a downloader for the run.</summary>
    internal static Downloader NewDownloader(IServiceProvider services, RetryPolicy policy) => new(services.Get<HttpClient>(), policy, services.Get<ProxyRules>());

    private static Mirrors FindMirrors(IServiceProvider services)
    {
        var options = services.Options().Debian;
        return MirrorDiscovery.Find(options.Mirrors, options.SecurityMirrors, options.Snapshot, new HostFiles());
    }

    private static ArchiveClient NewClient(IServiceProvider services) => new(
        new ArchiveCache(services.Get<BuildPaths>().Cache), NewDownloader(services, RetryPolicy.Standard), services.Options().Run.Offline, () =>
        {
            foreach (var warning in services.Get<Mirrors>().Warnings)
            {
                services.Get<IProgressBoard>().Warn(warning);
            }
        })
    {
        Vault = services.Get<VaultKeeping>().Reader,
    };
}
