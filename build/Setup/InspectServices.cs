using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Inspect.Libraries;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The services that answer questions about libraries and the image.</summary>
internal static class InspectServices
{
    /// <summary>Adds these services.</summary>
    internal static IServiceCollection AddInspect(this IServiceCollection services) => services
        .AddSingleton<Inspections>()
        .AddSingleton(provider => new AddedBytes(provider.Get<PackageStore>(), provider.Get<PackageCache>(), provider.Get<BuildPaths>().Cache))
        .AddSingleton(provider => new OtherSuites(
            [.. Suites.All.Where(suite => suite != provider.Options().Debian.Suite)],
            (suite, cancellation) => DebianServices.OpenCachedSuiteAsync(provider, suite, cancellation)))
        .AddSingleton(provider => new LibraryFinder(
            cancellation => DebianServices.OpenRecentSuiteAsync(provider, cancellation),
            provider.Get<OtherSuites>(),
            () => LockFile.Read(provider.Get<BuildPaths>().Lock),
            provider.Get<PackageStore>(),
            provider.Options().Run.Jobs,
            new ContentsCache(provider.Get<BuildPaths>().Cache),
            provider.Get<PackageCache>(),
            provider.Get<AddedBytes>(),
            provider.Get<LockRequest>()));
}
