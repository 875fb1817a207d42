using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>
/// A service that is created on first use. Cake creates every task of the program before it runs any, so a constructor argument of a task must cost
/// nothing and read nothing until then.
/// </summary>
/// <typeparam name="T">The service.</typeparam>
/// <param name="services">The host's services.</param>
internal sealed class LazyService<T>(IServiceProvider services) : Lazy<T>(services.GetRequiredService<T>)
    where T : notnull;
