using Cake.Core;
using Cake.Core.Diagnostics;

namespace BusyboxGlibc.Reports;

/// <summary>Stores the last exception of the run: Cake's log receives only its message.</summary>
internal sealed class Fault
{
    /// <summary>The last exception that a task or lifetime threw; null if there is none.</summary>
    public Exception? Last { get; set; }

    /// <summary>The exit code of a run: 0, or the last exception's own, or 1. A host of Cake.Frosting may have one code for every failure.</summary>
    /// <param name="host">What the host returned; 0 if the run succeeded.</param>
    public int ExitCode(int host) => host == 0 ? 0 : Last is CakeException { ExitCode: > 0 } error ? error.ExitCode : 1;
}

/// <summary>Executes tasks as Cake does and stores exceptions in a <see cref="Fault"/>.</summary>
internal sealed class FaultRecorder(ICakeLog log, ICakeReportPrinter printer, Fault fault) : IExecutionStrategy
{
    private readonly DefaultExecutionStrategy _strategy = new(log, printer);

    /// <summary>Omits Cake's heading: this build writes nothing below it.</summary>
    public void PerformSetup(Action<ISetupContext> action, ISetupContext context) => Record(() => action(context));

    /// <summary>Omits Cake's heading: this build writes nothing below it.</summary>
    public void PerformTeardown(Action<ITeardownContext> action, ITeardownContext teardownContext) => Record(() => action(teardownContext));

    /// <inheritdoc/>
    public Task ExecuteAsync(CakeTask task, ICakeContext context) => RecordAsync(_strategy.ExecuteAsync(task, context));

    /// <inheritdoc/>
    public void Skip(CakeTask task, CakeTaskCriteria criteria) => _strategy.Skip(task, criteria);

    /// <inheritdoc/>
    public Task ReportErrorsAsync(Func<Exception, Task> action, Exception exception) => _strategy.ReportErrorsAsync(action, exception);

    /// <inheritdoc/>
    public Task HandleErrorsAsync(Func<Exception, ICakeContext, Task> action, Exception exception, ICakeContext context) =>
        RecordAsync(_strategy.HandleErrorsAsync(action, exception, context));

    /// <inheritdoc/>
    public Task InvokeFinallyAsync(Func<ICakeContext, Task> action, ICakeContext context) =>
        RecordAsync(_strategy.InvokeFinallyAsync(action, context));

    /// <inheritdoc/>
    public void PerformTaskSetup(Action<ITaskSetupContext> action, ITaskSetupContext taskSetupContext) =>
        Record(() => _strategy.PerformTaskSetup(action, taskSetupContext));

    /// <inheritdoc/>
    public void PerformTaskTeardown(Action<ITaskTeardownContext> action, ITaskTeardownContext taskTeardownContext) =>
        Record(() => _strategy.PerformTaskTeardown(action, taskTeardownContext));

    private void Record(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error)
        {
            fault.Last = error;
            throw;
        }
    }

    private async Task RecordAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception error)
        {
            fault.Last = error;
            throw;
        }
    }
}
