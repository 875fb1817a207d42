using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Verifies that the image in a lock can be built, before the lock is written.</summary>
public interface IResolvedFilesProof
{
    /// <summary>Returns the problems that a platform's image would have.</summary>
    /// <param name="drafted">The resolution of the platform.</param>
    /// <param name="isWhole">Whether everything was resolved; if not, what is missing is already known and is not reported.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    Task<IReadOnlyList<DraftProblem>> ProveAsync(LockedPlatform drafted, bool isWhole, CancellationToken cancellation);
}

/// <summary>A problem that Verify would report.</summary>
/// <param name="Requirement">The line that causes it; null if no single line does.</param>
/// <param name="Error">The problem, without the platform.</param>
public sealed record DraftProblem(Requirement? Requirement, LockException Error);
