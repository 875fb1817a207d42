using BusyboxGlibc.Docker;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Foundation.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The engine in Docker.</summary>
internal static class DockerServices
{
    /// <summary>Adds its builders, its inputs, and what loads an archive.</summary>
    internal static IServiceCollection AddDocker(this IServiceCollection services) => services
        .AddSingleton(_ => new BuilderManager(new CommandRunner(keptLines: BuilderManager.KeptLines)))
        .AddSingleton<DockerInputs>()
        .AddSingleton<ImageLoader>();
}
