using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The registries that the run publishes to.</summary>
internal static class RegistryServices
{
    /// <summary>Adds them.</summary>
    internal static IServiceCollection AddRegistry(this IServiceCollection services) => services.AddSingleton<Publishing>();
}
