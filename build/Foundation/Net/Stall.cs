namespace BusyboxGlibc.Foundation.Net;

/// <summary>Gives up when nothing has moved for some time: <see cref="Moved"/> starts that time again.</summary>
internal sealed class Stall : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _limit;

    /// <summary>Starts the time.</summary>
    /// <param name="limit">How long nothing may move.</param>
    /// <param name="cancellation">Gives up too.</param>
    public Stall(TimeSpan limit, CancellationToken cancellation)
    {
        _limit = limit;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Moved();
    }

    /// <summary>Cancelled when nothing has moved for too long.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Something has moved.</summary>
    public void Moved() => _source.CancelAfter(_limit);

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
