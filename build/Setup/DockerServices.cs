using BusyboxGlibc.Docker;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Foundation.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The services of the Docker engine.</summary>
internal static class DockerServices
{
    /// <summary>Adds its builders, its inputs, and the loader of archives.</summary>
    internal static IServiceCollection AddDocker(this IServiceCollection services) => services
        .AddSingleton(_ => new BuilderManager(new CommandRunner(keptLines: BuilderManager.KeptLines)))
        .AddSingleton<DockerInputs>()
        .AddSingleton<ImageLoader>();
}
