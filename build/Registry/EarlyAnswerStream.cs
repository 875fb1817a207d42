using System.Text;

namespace BusyboxGlibc.Registry;

/// <summary>
/// A connection on which a response may arrive before the whole request was sent. A server that refuses a body (413, 403) often responds and closes
/// the connection without reading the body; the HTTP client would continue to send, fail with a broken pipe, and never read the response. This stream
/// keeps reading while a request is written: if a refusal arrives first, or writing fails, the rest of the request is dropped, and the client reads
/// the response of the server.
/// </summary>
/// <param name="connection">The connection, after TLS.</param>
internal sealed class EarlyAnswerStream(Stream connection) : Stream
{
    private const int ReadSize = 64 * 1024;

    // A server that stopped reading sends the rest of its response at once; it may also keep the connection open and wait for us.
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(2);

    private static readonly byte[][] _methods = [.. new[] { "GET ", "HEAD ", "PUT ", "POST ", "PATCH ", "DELETE " }.Select(Encoding.ASCII.GetBytes)];

    private readonly byte[] _buffer = new byte[ReadSize];
    private readonly CancellationTokenSource _closed = new();
    private readonly System.Threading.Lock _gate = new();

    // Every byte is read here: while the client writes, it has its own read in progress to detect that a kept connection is closed.
    private Task<int>? _reading;
    private int _taken;
    private CancellationTokenSource? _writing;

    // A refusal has arrived since the request began; the rest of the request was dropped; the connection cannot be reused.
    private volatile bool _answered;
    private bool _dropped;
    private bool _over;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        if (_over)
        {
            throw new IOException("the server closed this connection after its last response");
        }

        if (Array.Exists(_methods, method => content.Span.StartsWith(method)))
        {
            _answered = false;
        }

        _dropped |= _answered;
        if (_dropped)
        {
            return;
        }

        var answer = Reading();
        using var piece = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_gate)
        {
            _writing = piece;
        }

        try
        {
            await connection.WriteAsync(content, piece.Token);
        }
        catch (OperationCanceledException) when (_answered && !cancellationToken.IsCancellationRequested)
        {
            _dropped = true;
        }
        catch (IOException)
        {
            // A response arrived before the reset, or none did: reading shows which.
            await Task.WhenAny(answer, Task.Delay(_rest, cancellationToken));
            _dropped = _answered;
            if (!_dropped)
            {
                throw;
            }
        }
        finally
        {
            lock (_gate)
            {
                _writing = null;
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default)
    {
        int count;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (_over)
        {
            limit.CancelAfter(_rest);
        }

        try
        {
            count = await Reading().WaitAsync(limit.Token);
        }
        catch (Exception error) when (_over && error is IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return 0;
        }

        _over |= _dropped;
        if (target.Length == 0)
        {
            return 0;
        }

        var length = Math.Min(count - _taken, target.Length);
        _buffer.AsSpan(_taken, length).CopyTo(target.Span);
        _taken += length;
        if (_taken == count && count > 0)
        {
            lock (_gate)
            {
                (_reading, _taken) = (null, 0);
            }
        }

        return length;
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _dropped ? Task.CompletedTask : connection.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void Flush()
    {
        if (!_dropped)
        {
            connection.Flush();
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] content, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(content.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] target, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(target.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] target, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] content, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _closed.Cancel();
            connection.Dispose();
        }

        base.Dispose(disposing);
    }

    private Task<int> Reading()
    {
        lock (_gate)
        {
            return _reading ??= ReadPieceAsync();
        }
    }

    private async Task<int> ReadPieceAsync()
    {
        var count = await connection.ReadAsync(_buffer, _closed.Token);
        if (IsRefusal(_buffer.AsSpan(0, count)))
        {
            _answered = true;
            lock (_gate)
            {
                _writing?.Cancel();
            }
        }

        return count;
    }

    // HTTP/1.1 4.. or 5..: after an early success status the server still expects the rest.
    private static bool IsRefusal(ReadOnlySpan<byte> answer) =>
        answer.Length > 9 && answer.StartsWith("HTTP/1."u8) && answer[9] is (byte)'4' or (byte)'5';
}
