using Cake.Core;

namespace Cake.Frosting;

/// <summary>A task whose work is awaited.</summary>
public abstract class AsyncFrostingTask : AsyncFrostingTask<ICakeContext>;

/// <summary>A task whose work is awaited. Only the methods a task overrides are wired into the engine.</summary>
/// <typeparam name="T">The build's context.</typeparam>
public abstract class AsyncFrostingTask<T> : IFrostingTask
    where T : ICakeContext
{
    /// <summary>Does the task's work; the host waits for its end.</summary>
    public virtual Task RunAsync(T context) => Task.CompletedTask;

    /// <summary>Whether the task runs at all; yes unless overridden.</summary>
    public virtual bool ShouldRun(T context) => true;

    /// <summary>Called when the task failed. An override that returns without throwing makes the failure count as handled.</summary>
    public virtual void OnError(Exception exception, T context)
    {
    }

    /// <summary>Called at the end of the task, failed or not.</summary>
    public virtual void Finally(T context)
    {
    }

    Task IFrostingTask.RunAsync(ICakeContext context)
    {
        return RunAsync((T)context);
    }

    bool IFrostingTask.ShouldRun(ICakeContext context) => ShouldRun((T)context);

    void IFrostingTask.OnError(Exception exception, ICakeContext context) => OnError(exception, (T)context);

    void IFrostingTask.Finally(ICakeContext context) => Finally((T)context);
}
