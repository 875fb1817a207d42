using System.Buffers;
using System.Net;

namespace BusyboxGlibc.Registry;

/// <summary>A part of a blob as a request body, read from the layout while it is sent, and again for each retry.</summary>
/// <param name="open">Opens the blob.</param>
/// <param name="from">The first byte.</param>
/// <param name="length">The number of bytes.</param>
/// <param name="sent">Called after every chunk with the number of bytes of this part sent so far; restarts at 0 with each retry.</param>
internal sealed class BlobContent(Func<Stream> open, long from, long length, Action<long> sent) : WatchedContent
{
    private const int PieceSize = 1 << 17;

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        sent(0);
        if (length == 0)
        {
            return;
        }

        await using var blob = open();
        blob.Seek(from, SeekOrigin.Begin);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            for (var done = 0L; done < length;)
            {
                var count = await blob.ReadAsync(buffer.AsMemory(0, (int)Math.Min(length - done, PieceSize)), cancellationToken);
                if (count == 0)
                {
                    throw new IOException("the blob was truncated while it was being read");
                }

                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                done += count;
                Alive();
                sent(done);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
