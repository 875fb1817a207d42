using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Verify;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The services that run the image's programs: in containers if an engine answers, otherwise in private roots.</summary>
internal static class SmokeServices
{
    /// <summary>Adds these services.</summary>
    internal static IServiceCollection AddSmoke(this IServiceCollection services) => services
        .AddSingleton(NewEmulators)
        .AddSingleton(NewRuns);

    private static SmokeRuns NewRuns(IServiceProvider services)
    {
        var (commands, emulators) = (services.Get<ICommandRunner>(), services.Get<LockedEmulators>());

        // A lock for Debian's BusyBox alone has no compilers: then only those checks are not run.
        var program = new Lazy<SmokeProgram>(() => NewProgram(services));
        return new SmokeRuns(
            plan => new SmokeStamp(plan.Paths.Layout, commands) { LockedEmulators = emulators.Identity, Allowed = plan.Inputs.Allowed },
            origins => NewTester(services, commands, program, origins));
    }

    private static SmokeTester NewTester(IServiceProvider services, ICommandRunner commands, Lazy<SmokeProgram> program, Func<Platform, FileOrigins> origins) => new(
        [new ContainerRunner(commands), new PrivateRoot(services.Get<BuildPaths>().Smoke, commands, BuildRootEntry.Ways, services.Get<LockedEmulators>().FindAsync)],
        (image, source, cancellation) => program.Value.CompileAsync(image, source, cancellation),
        services.Get<IProgressBoard>(),
        services.Options().Run.Jobs)
    {
        Origins = origins,
    };

    // A lock for Debian's BusyBox alone has none: then those of this machine are used.
    private static LockedEmulators NewEmulators(IServiceProvider services)
    {
        var root = services.Get<BuildResults>().Plan.Lock.BuildRoots.FirstOrDefault(root => root.Host == PreparedBuildRoot.HostArchitecture());
        var store = services.Get<PackageStore>();
        return new LockedEmulators(
            [.. root?.Emulators ?? []],
            async (package, cancellation) =>
            {
                await store.FetchAllAsync([package], cancellation);
                return await store.FetchAsync(package, cancellation);
            },
            services.Get<BuildPaths>().Cache,
            services.Get<IProgressBoard>());
    }

    // A run with Debian's BusyBox keeps the build root of the lock, and adds no platform to it.
    private static BusyboxException NoCompiler(Platform platform) => new(
        $"the lock has no compiler for {platform}", why: "it was made with BusyBox compiled for other platforms", next: $"compile BusyBox for {platform} too: --busybox=source");

    private static SmokeProgram NewProgram(IServiceProvider services)
    {
        var plan = services.Get<BuildResults>().Plan;
        if (PreparedBuildRoot.HostArchitecture() is { } host && !plan.Lock.BuildRoots.Any(one => one.Host == host))
        {
            throw new BusyboxException("the lock has no compilers", why: "it was made with Debian's BusyBox", next: "lock BusyBox's compilers too: ./build.sh --target=Lock --busybox=source");
        }

        var (root, withCxx) = (plan.BuildRoot, plan.BuildRoot.WithCxx());

        // One root for both programs; the one without C++ is that which compiles BusyBox.
        LockedBuildRoot RootFor(SmokeImage image) => SmokeSource.Cxx.IsFor(image) ? withCxx : root;
        var cache = services.Get<BuildPaths>().Cache;
        return new SmokeProgram(
            cache,
            image => [.. RootFor(image).For([image.Platform]).Select(tool => tool.Pin)],
            async (image, cancellation) => await PreparedBuildRoot.PrepareAsync(
                RootFor(image).Compiles(image.Platform) ? RootFor(image) : throw NoCompiler(image.Platform), [image.Platform], services.Get<PackageStore>(), cache, services.Get<IProgressBoard>(), services.Options().Run.Jobs, cancellation));
    }
}
