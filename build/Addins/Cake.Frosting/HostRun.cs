using Cake.Cli;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.Core.Scripting;
using Microsoft.Extensions.DependencyInjection;

namespace Cake.Frosting;

/// <summary>One run of a host whose services are complete.</summary>
internal static class HostRun
{
    /// <summary>Does what the switches ask for and tells how it ended.</summary>
    /// <returns>0, the failed <see cref="CakeException"/>'s exit code, or 1.</returns>
    public static int Run(IServiceProvider provider, HostSwitches switches)
    {
        try
        {
            if (switches.Help)
            {
                HostHelp.Write(provider.GetRequiredService<IConsole>());
            }
            else if (switches.Version)
            {
                new VersionFeature(provider.GetRequiredService<IVersionResolver>()).Run(provider.GetRequiredService<IConsole>());
            }
            else if (switches.Info)
            {
                new InfoFeature(provider.GetRequiredService<IVersionResolver>()).Run(provider.GetRequiredService<IConsole>());
            }
            else
            {
                RunTargets(provider, switches);
            }

            return 0;
        }
        catch (Exception error)
        {
            return Fail(provider, error);
        }
    }

    /// <summary>Logs an error as Cake does and gives the exit code for it.</summary>
    public static int Fail(IServiceProvider provider, Exception error)
    {
        // The engine wraps what a task threw into an exception that carries the report.
        var cause = error is CakeReportException { InnerException: { } inner } ? inner : error;
        return provider.GetRequiredService<ICakeLog>().LogException(cause);
    }

    private static void RunTargets(IServiceProvider provider, HostSwitches switches)
    {
        if (switches.Verbosity is { } verbosity)
        {
            provider.GetRequiredService<ICakeLog>().Verbosity = verbosity;
        }

        EnterWorkingDirectory(provider, switches);
        var host = ScriptHost(provider, switches);
        provider.GetRequiredService<TaskWiring>().Wire();
        if (switches.Exclusive)
        {
            host.Settings.UseExclusiveTarget();
        }

        host.RunTargets(switches.Targets);
    }

    private static IScriptHost ScriptHost(IServiceProvider provider, HostSwitches switches)
    {
        if (switches.DryRun)
        {
            return provider.GetRequiredService<DryRunScriptHost<IFrostingContext>>();
        }

        if (switches.Tree)
        {
            return provider.GetRequiredService<TreeScriptHost>();
        }

        return switches.Description
            ? provider.GetRequiredService<DescriptionScriptHost>()
            : provider.GetRequiredService<BuildScriptHost<IFrostingContext>>();
    }

    private static void EnterWorkingDirectory(IServiceProvider provider, HostSwitches switches)
    {
        var environment = provider.GetRequiredService<ICakeEnvironment>();
        var asked = switches.WorkingDirectory is { } given
            ? new DirectoryPath(given)
            : provider.GetService<WorkingDirectory>()?.Path;
        var folder = asked?.MakeAbsolute(environment) ?? environment.WorkingDirectory;
        if (!provider.GetRequiredService<IFileSystem>().GetDirectory(folder).Exists)
        {
            throw new FrostingException($"The working directory '{folder.FullPath}' does not exist.");
        }

        environment.WorkingDirectory = folder;
    }
}
