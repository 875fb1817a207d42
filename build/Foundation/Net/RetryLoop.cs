namespace BusyboxGlibc.Foundation.Net;

/// <summary>Repeats an operation while it fails with a transient error and the policy allows it. The time limit of the policy starts when
/// the loop is created, and covers all operations that use it.</summary>
/// <param name="policy">The number of attempts, and the time limits.</param>
/// <param name="clock">The clock for the time limit.</param>
internal sealed class RetryLoop(RetryPolicy policy, TimeProvider clock)
{
    private readonly long _begun = clock.GetTimestamp();

    /// <summary>Runs the operation once, and again where a retry is useful.</summary>
    /// <param name="act">One attempt. An exception ends the loop.</param>
    /// <param name="mayPass">Whether an attempt failed with a transient error.</param>
    /// <param name="wait">Waits after such an attempt, whose number starts at 1.</param>
    /// <returns>The result of the last attempt, and the number of attempts.</returns>
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
