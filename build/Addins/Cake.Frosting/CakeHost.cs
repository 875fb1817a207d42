using System.Reflection;
using Cake.Cli;
using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.Diagnostics;
using Cake.Core.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Cake.Frosting;

/// <summary>
/// Runs a build written as task classes on Cake's own engine. The tasks are the public classes of the entry assembly,
/// and of those given to <see cref="AddAssembly"/>, that implement <see cref="IFrostingTask"/>.
/// </summary>
public sealed class CakeHost
{
    private readonly ServiceCollection _services = [];
    private readonly List<Assembly> _assemblies = [];

    /// <summary>Makes a host with Cake's services.</summary>
    public CakeHost()
    {
        if (Assembly.GetEntryAssembly() is { } entry)
        {
            _assemblies.Add(entry);
        }

        AddCakeServices(_services);
    }

    /// <summary>Looks for tasks in one more assembly.</summary>
    /// <returns>This host.</returns>
    public CakeHost AddAssembly(Assembly assembly)
    {
        _assemblies.Add(assembly);
        return this;
    }

    /// <summary>Adds services, or replaces the host's: of several for one type, the last wins.</summary>
    /// <returns>This host.</returns>
    public CakeHost ConfigureServices(Action<IServiceCollection> services)
    {
        services(_services);
        return this;
    }

    /// <summary>Runs what the command line asks for; an error ends up in the log, never in an exception.</summary>
    /// <param name="args">The command line, without the program's name.</param>
    /// <returns>0, the failed <see cref="CakeException"/>'s exit code, or 1.</returns>
    public int Run(IEnumerable<string> args)
    {
        HostSwitches? switches = null;
        Exception? wrong = null;
        try
        {
            switches = HostSwitches.Parse(args);
        }
        catch (FrostingException error)
        {
            wrong = error;
        }

        var services = new ServiceCollection();
        foreach (var service in _services)
        {
            ((ICollection<ServiceDescriptor>)services).Add(service);
        }

        switches ??= HostSwitches.Parse([]);
        services.AddSingleton(switches);
        services.AddSingleton<ICakeArguments>(switches.ToCakeArguments());
        foreach (var task in FindTasks())
        {
            services.AddSingleton(typeof(IFrostingTask), task);
        }

        var provider = services.BuildServiceProvider();
        try
        {
            return wrong is null ? HostRun.Run(provider, switches) : HostRun.Fail(provider, wrong);
        }
        finally
        {
            // Awaited, since a service that can only be disposed asynchronously makes Dispose throw.
            provider.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static void AddCakeServices(IServiceCollection services)
    {
        Cake.Cli.ServiceCollectionExtensions.UseModule<CoreModule>(services);
        services.AddSingleton<ICakeLog>(provider => new CakeBuildLog(provider.GetRequiredService<IConsole>()));
        services.AddSingleton<IConsole, CakeConsole>();
        services.AddSingleton<ICakeReportPrinter, CakeReportPrinter>();
        services.AddSingleton<ICakeConfiguration, FrostingConfiguration>();
        services.AddSingleton<IVersionResolver, CakeVersion>();

        services.AddSingleton<BuildScriptHost<IFrostingContext>>();
        services.AddSingleton<DryRunScriptHost<IFrostingContext>>();
        services.AddSingleton<TreeScriptHost>();
        services.AddSingleton<DescriptionScriptHost>();
        services.AddSingleton(_ => Spectre.Console.AnsiConsole.Console);
        services.AddSingleton<TaskWiring>();

        services.AddSingleton<FrostingContext>();
        services.AddSingleton<IFrostingContext>(provider => provider.GetRequiredService<FrostingContext>());
    }

    private IEnumerable<Type> FindTasks() =>
        _assemblies
            .Distinct()
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IFrostingTask).IsAssignableFrom(type));
}
