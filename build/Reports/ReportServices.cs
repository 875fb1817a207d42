using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using Cake.Core;
using Cake.Core.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spectre.Console;

namespace BusyboxGlibc.Reports;

/// <summary>Registers the user-visible output of a run with the host.</summary>
internal static class ReportServices
{
    /// <summary>
    /// Adds the board as <see cref="IProgressBoard"/> and the interruption for use by tasks, and replaces the host's
    /// log, console and execution strategy with matching ones.
    /// </summary>
    public static IServiceCollection AddReports(
        this IServiceCollection services,
        ConsoleProgressBoard board,
        Interruption interruption,
        Fault fault)
    {
        // Cake 7 writes the answer to --description there, and not every host of Cake.Frosting has it.
        services.TryAddSingleton(_ => AnsiConsole.Console);
        return services
            .AddSingleton(interruption)
            .AddSingleton(board)
            .AddSingleton<IProgressBoard>(board)
            .AddSingleton(provider => new LogGroups(Environment.GetEnvironmentVariable, TimeProvider.System, provider.GetRequiredService<IConsole>().WriteLine))
            .AddSingleton(fault)
            .AddSingleton<IConsole, BoardConsole>()
            .AddSingleton<ICakeLog, BuildLog>()
            .AddSingleton<ICakeReportPrinter, VerboseReport>()
            .AddSingleton(new RunClock(TimeProvider.System))
            .AddSingleton<IExecutionStrategy, FaultRecorder>();
    }
}
