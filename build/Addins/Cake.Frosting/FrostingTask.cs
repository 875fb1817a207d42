using Cake.Core;

namespace Cake.Frosting;

/// <summary>A task that works on the calling thread.</summary>
public abstract class FrostingTask : FrostingTask<ICakeContext>;

/// <summary>A task that works on the calling thread. Only the methods a task overrides are wired into the engine.</summary>
/// <typeparam name="T">The build's context.</typeparam>
public abstract class FrostingTask<T> : IFrostingTask
    where T : ICakeContext
{
    /// <summary>Does the task's work.</summary>
    public virtual void Run(T context)
    {
    }

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
        Run((T)context);
        return Task.CompletedTask;
    }

    bool IFrostingTask.ShouldRun(ICakeContext context) => ShouldRun((T)context);

    void IFrostingTask.OnError(Exception exception, ICakeContext context) => OnError(exception, (T)context);

    void IFrostingTask.Finally(ICakeContext context) => Finally((T)context);
}
