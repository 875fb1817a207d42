using System.Globalization;
using BusyboxGlibc.Foundation.Net;

namespace BusyboxGlibc.Registry;

/// <summary>Decides how often and after what delays a request to a registry is retried, and reports noticeable delays.</summary>
/// <param name="host">The registry.</param>
/// <param name="policy">The limits.</param>
/// <param name="note">Called with a message about each noticeable delay.</param>
/// <param name="clock">The clock used for delays.</param>
internal sealed class Patience(RegistryHost host, RegistryPolicy policy, Action<string> note, TimeProvider clock)
{
    private static readonly TimeSpan _noticeable = TimeSpan.FromSeconds(1);

    /// <summary>Runs a repeatable operation, as often as the policy allows.</summary>
    /// <exception cref="RegistryException">The operation failed permanently, or as often as the policy allows.</exception>
    public async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> act, CancellationToken cancellation)
    {
        var ((value, error), attempts) = await new RetryLoop(policy.Retry, clock).RunAsync(
            AttemptAsync, outcome => outcome.Error is not null, (attempt, outcome) => WaitAsync(attempt, outcome.Error!, cancellation));
        if (error is null)
        {
            return value;
        }

        cancellation.ThrowIfCancellationRequested();
        throw new RegistryException(error.What, error.Where, attempts > 1 ? $"{error.Why} (tried {attempts} times)" : error.Why, error.Next, error);

        async Task<(T Value, RegistryBusyException? Error)> AttemptAsync()
        {
            try
            {
                return (await act(cancellation), null);
            }
            catch (RegistryBusyException busy)
            {
                return (default!, busy);
            }
        }
    }

    /// <summary>Waits after a failed attempt: the time that the server requests, otherwise twice the previous delay.</summary>
    /// <exception cref="RegistryException">The server requests more than <see cref="RetryPolicy.LongestDelay"/>.</exception>
    public async Task WaitAsync(int attempt, RegistryBusyException error, CancellationToken cancellation)
    {
        if (error.RetryAfter is { } asked && asked > policy.Retry.LongestDelay)
        {
            throw new RegistryException(
                $"{host} asks clients to wait {Text(asked)}",
                error.Where,
                $"{error.Why}, Retry-After: {Math.Ceiling(asked.TotalSeconds).ToString(CultureInfo.InvariantCulture)} s; a build waits {Text(policy.Retry.LongestDelay)} at most",
                $"run the command again after {(clock.GetUtcNow() + asked).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC",
                error);
        }

        var wait = policy.Retry.Delay(attempt, error.RetryAfter);
        if (wait >= _noticeable)
        {
            note($"{host}: waiting {Text(wait)}{(error.RetryAfter is null ? string.Empty : ", as it asks (Retry-After)")}, then attempt {attempt + 1} of {policy.Retry.Attempts}: {error.What}, {error.Why}");
        }

        await Task.Delay(wait, clock, cancellation);
    }

    /// <summary>
    /// Polls for content that the registry has accepted but may not show yet: some respond from a copy that lags behind (eventual consistency). Polls
    /// with growing delays, up to <see cref="RegistryPolicy.SettleLimit"/> in total.
    /// </summary>
    /// <param name="what">The content that is waited for.</param>
    /// <param name="look">Returns the content; null if it is not yet in the expected state.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The content, or null if the time limit is reached.</returns>
    public async Task<T?> SettleAsync<T>(string what, Func<CancellationToken, Task<T?>> look, CancellationToken cancellation)
        where T : class
    {
        var waited = TimeSpan.Zero;
        for (var wait = policy.Retry.FirstDelay; ; wait *= 2)
        {
            if (await look(cancellation) is { } found)
            {
                return found;
            }

            if (waited >= policy.SettleLimit)
            {
                return null;
            }

            wait = wait < policy.SettleLimit - waited ? wait : policy.SettleLimit - waited;
            note($"{host}: waiting {Text(wait)} for {what} to appear, {Text(waited)} of {Text(policy.SettleLimit)} so far");
            await Task.Delay(wait, clock, cancellation);
            waited += wait;
        }
    }

    private static string Text(TimeSpan time) =>
        time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h")
        : time.TotalMinutes >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##} s");
}
