using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using Cake.Core;
using Cake.Core.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Reports;

/// <summary>Puts what people see of a run into the host's services.</summary>
internal static class ReportServices
{
    /// <summary>
    /// Adds the board as <see cref="IProgressBoard"/> and the interruption for tasks to take, and replaces the host's
    /// log, console and execution strategy by ones that go with them.
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
            .AddSingleton<IExecutionStrategy, FaultRecorder>();
}
