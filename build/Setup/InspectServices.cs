using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Inspect.Libraries;
using BusyboxGlibc.Inspect.Reasons;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The services that answer questions about libraries and the image.</summary>
internal static class InspectServices
{
    /// <summary>Adds these services.</summary>
    internal static IServiceCollection AddInspect(this IServiceCollection services) => services
        .AddSingleton<Inspections>()
        .AddSingleton<BinaryInspection>()
        .AddSingleton<PublishedInspection>()
        .AddSingleton<ChangesInspection>()
        .AddSingleton<VulnerabilityInspection>()
        .AddSingleton(provider => new AddedBytes(provider.Get<PackageStore>(), provider.Get<PackageCache>(), provider.Get<BuildPaths>().Cache))
        .AddSingleton(provider => new OtherSuites(
            [.. Suites.Released.Where(suite => suite != provider.Options().Debian.Suite)],
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
            provider.Get<LockRequest>()))
        .AddSingleton(provider => new SymbolFinder(
            cancellation => DebianServices.OpenRecentSuiteAsync(provider, cancellation),
            provider.Get<PackageStore>(),
            sha256 => File.Exists(new ArchiveCache(provider.Get<BuildPaths>().Cache).PathOf(sha256)),
            provider.Options().Image.Platforms,
            provider.Get<BuildPaths>().Cache,
            provider.Get<IProgressBoard>(),
            provider.Options().Run.Jobs))
        .AddSingleton(NewReasonFinder);

    private static ReasonFinder NewReasonFinder(IServiceProvider services)
    {
        var (inputs, store, packages) = (services.Get<BuildInputs>().Inspected, services.Get<PackageStore>(), services.Get<PackageCache>());
        return new ReasonFinder(
            () => services.Get<LockManager>().Find(services.Get<LockRequest>()).Lock.Of(inputs.Variant?.Name),
            store,
            services.Options().Run.Jobs,
            new ContentsCache(services.Get<BuildPaths>().Cache),
            services.Get<AddedBytes>(),
            LockServices.RequestOf(services.Get<LockRequest>(), inputs),
            async (locked, cancellation) => inputs.Options.Run.Busybox == BusyboxOrigin.None ? []
                : inputs.Release is null
                ? (await new DebianBusybox(store, packages).ForAsync(locked, cancellation)).Applets
                : services.Get<BuildResults>().Plan.CompileInputs.FirstOrDefault(one => one.Platform == locked.Platform) is { } wanted ? services.Get<BusyboxCompiler>().Find(wanted)?.Links : null,
            (locked, cancellation) => BaseTreeAssembler.AssembleAsync(locked, inputs.Assemble, store, cancellation, packages));
    }
}
