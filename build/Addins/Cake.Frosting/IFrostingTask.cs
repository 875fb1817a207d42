using Cake.Core;

namespace Cake.Frosting;

/// <summary>A task as the host sees it. Builds derive from <see cref="FrostingTask{T}"/> or <see cref="AsyncFrostingTask{T}"/>.</summary>
public interface IFrostingTask
{
    /// <summary>What to say when <see cref="ShouldRun"/> answered no; empty says nothing.</summary>
    string SkippedMessage => string.Empty;

    /// <summary>Does the task's work.</summary>
    Task RunAsync(ICakeContext context);

    /// <summary>Whether the task runs at all. A target given on the command line that answers no is an error.</summary>
    bool ShouldRun(ICakeContext context);

    /// <summary>Called when the task failed. Returning without throwing makes the failure count as handled.</summary>
    void OnError(Exception exception, ICakeContext context);

    /// <summary>Called at the end of the task, failed or not.</summary>
    void Finally(ICakeContext context);
}
