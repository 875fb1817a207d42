namespace BusyboxGlibc.Foundation.Net;

/// <summary>Does something again while it fails in a way that may pass and the policy allows. The time limit of the policy counts from
/// when the loop was made, over everything that is done with it.</summary>
/// <param name="policy">How often, and how long.</param>
/// <param name="clock">The clock of the time limit.</param>
internal sealed class RetryLoop(RetryPolicy policy, TimeProvider clock)
{
    private readonly long _begun = clock.GetTimestamp();

    /// <summary>Does it once, and again where that is of use.</summary>
    /// <param name="act">One attempt. What it throws ends the loop.</param>
    /// <param name="mayPass">Whether an attempt failed in a way that may pass.</param>
    /// <param name="wait">Waits after such an attempt, whose number counts from 1.</param>
    /// <returns>What the last attempt came to, and how many there were.</returns>
    public async Task<(T Outcome, int Attempts)> RunAsync<T>(Func<Task<T>> act, Func<T, bool> mayPass, Func<int, T, Task> wait)
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await act();
            if (!mayPass(outcome) || !policy.Continues(attempt, clock.GetElapsedTime(_begun)))
            {
                return (outcome, attempt);
            }

            await wait(attempt, outcome);
        }
    }
}
