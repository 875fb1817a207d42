using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Proves that what a lock says can be built, before the lock is written.</summary>
public interface IResolvedFilesProof
{
    /// <summary>What would be wrong with a platform's image.</summary>
    /// <param name="drafted">The answers for the platform.</param>
    /// <param name="isWhole">Whether everything asked for is answered; where it is not, what is missing is known already and not told.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<IReadOnlyList<DraftProblem>> ProveAsync(LockedPlatform drafted, bool isWhole, CancellationToken cancellation);
}

/// <summary>Something that Verify would refuse.</summary>
/// <param name="Requirement">The line it is about; null where it is about no line in particular.</param>
/// <param name="Error">What is wrong, without the platform.</param>
public sealed record DraftProblem(Requirement? Requirement, LockException Error);
