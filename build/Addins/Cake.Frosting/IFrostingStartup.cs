using Microsoft.Extensions.DependencyInjection;

namespace Cake.Frosting;

/// <summary>A class that adds a build's services, given to <see cref="CakeHostExtensions.UseStartup{TStartup}"/>.</summary>
public interface IFrostingStartup
{
    /// <summary>Adds the services.</summary>
    /// <param name="services">The host's services, its own already among them.</param>
    void Configure(IServiceCollection services);
}
