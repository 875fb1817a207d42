using System.Net;

namespace BusyboxGlibc.Oci.Registry;

/// <summary>A part of a blob as a request's body, read from the layout while it is sent.</summary>
/// <param name="open">Opens the blob.</param>
/// <param name="from">The first byte.</param>
/// <param name="length">How many bytes.</param>
/// <param name="sent">Told of every piece.</param>
internal sealed class BlobContent(Func<Stream> open, long from, long length, Action<int> sent) : HttpContent
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
        await using var blob = open();
        blob.Seek(from, SeekOrigin.Begin);
        var buffer = new byte[PieceSize];
        for (var left = length; left > 0;)
        {
            var count = await blob.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, PieceSize)), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new IOException("the blob became shorter while it was read");
            }

            await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            left -= count;
            sent(count);
        }
    }
}
