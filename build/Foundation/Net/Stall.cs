namespace BusyboxGlibc.Foundation.Net;

/// <summary>Cancels when there is no progress for some time: <see cref="Moved"/> restarts that time.</summary>
internal sealed class Stall : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _limit;

    /// <summary>Starts the timer.</summary>
    /// <param name="limit">The maximum time without progress.</param>
    /// <param name="cancellation">Also cancels.</param>
    public Stall(TimeSpan limit, CancellationToken cancellation)
    {
        _limit = limit;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Moved();
    }

    /// <summary>Cancelled when there is no progress for too long.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Reports progress.</summary>
    public void Moved() => _source.CancelAfter(_limit);

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
