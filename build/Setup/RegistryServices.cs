using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The services for the registries that the run publishes to.</summary>
internal static class RegistryServices
{
    /// <summary>Adds these services.</summary>
    internal static IServiceCollection AddRegistry(this IServiceCollection services) => services.AddSingleton<AttestationSigning>().AddSingleton<Publishing>();
}
