using Cake.Core.IO;

namespace Cake.Frosting;

/// <summary>The steps of setting up a <see cref="CakeHost"/>; each returns the same host.</summary>
public static class CakeHostExtensions
{
    /// <summary>Makes <typeparamref name="TContext"/> the context every task is given.</summary>
    public static CakeHost UseContext<TContext>(this CakeHost host)
        where TContext : class, IFrostingContext =>
        host.ConfigureServices(services => services.UseContext<TContext>());

    /// <summary>Runs <typeparamref name="TLifetime"/> before and after the whole run.</summary>
    public static CakeHost UseLifetime<TLifetime>(this CakeHost host)
        where TLifetime : class, IFrostingLifetime =>
        host.ConfigureServices(services => services.UseLifetime<TLifetime>());

    /// <summary>Runs <typeparamref name="TLifetime"/> before and after every task.</summary>
    public static CakeHost UseTaskLifetime<TLifetime>(this CakeHost host)
        where TLifetime : class, IFrostingTaskLifetime =>
        host.ConfigureServices(services => services.UseTaskLifetime<TLifetime>());

    /// <summary>Sets the folder to work in; <c>--working</c> wins over it.</summary>
    public static CakeHost UseWorkingDirectory(this CakeHost host, DirectoryPath path) =>
        host.ConfigureServices(services => services.UseWorkingDirectory(path));
}
