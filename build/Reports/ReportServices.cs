using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using Cake.Core;
using Cake.Core.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

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
        Interruption interruption) =>
        services
            .AddSingleton(interruption)
            .AddSingleton(board)
            .AddSingleton<IProgressBoard>(board)
            .AddSingleton(provider => new LogGroups(Environment.GetEnvironmentVariable, TimeProvider.System, provider.GetRequiredService<IConsole>().WriteLine))
            .AddSingleton<Fault>()
            .AddSingleton<IConsole, BoardConsole>()
            .AddSingleton<ICakeLog, BuildLog>()
            .AddSingleton<ICakeReportPrinter, VerboseReport>()
            .AddSingleton(new RunClock(TimeProvider.System))
            .AddSingleton<IExecutionStrategy, FaultRecorder>();
}
