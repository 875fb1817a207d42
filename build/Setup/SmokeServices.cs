using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Smoke;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The services that run the image's programs: in containers if an engine answers, otherwise in private roots.</summary>
internal static class SmokeServices
{
    /// <summary>Adds these services.</summary>
    internal static IServiceCollection AddSmoke(this IServiceCollection services) => services
        .AddSingleton(provider => new SmokeStamp(provider.Get<BuildPaths>().Layout, provider.Get<ICommandRunner>()))
        .AddSingleton(NewTester);

    private static SmokeTester NewTester(IServiceProvider services)
    {
        var commands = services.Get<ICommandRunner>();

        // A lock for Debian's BusyBox alone has no compilers: then only that check is not run.
        var program = new Lazy<SmokeProgram>(() => NewProgram(services));
        return new SmokeTester(
            [new ContainerRunner(commands), new PrivateRoot(services.Get<BuildPaths>().Smoke, commands, BuildRootEntry.Ways)],
            (image, cancellation) => program.Value.CompileAsync(image, cancellation),
            services.Get<IProgressBoard>(),
            services.Options().Run.Jobs)
        {
            Origins = services.Get<BuildResults>().Plan.OriginsOf,
        };
    }

    private static SmokeProgram NewProgram(IServiceProvider services)
    {
        var root = services.Get<BuildResults>().Plan.BuildRoot.WithCxx();
        var cache = services.Get<BuildPaths>().Cache;
        return new SmokeProgram(
            cache,
            image => [.. root.For([image.Platform]).Select(tool => tool.Pin)],
            async (image, cancellation) => await PreparedBuildRoot.PrepareAsync(
                root, [image.Platform], services.Get<PackageStore>(), cache, services.Get<IProgressBoard>(), services.Options().Run.Jobs, cancellation));
    }
}
