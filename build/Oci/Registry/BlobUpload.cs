using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace BusyboxGlibc.Oci.Registry;

/// <summary>How a blob came into a repository.</summary>
internal enum BlobArrival
{
    /// <summary>It was there.</summary>
    Present,

    /// <summary>The registry took it from another of its repositories.</summary>
    Mounted,

    /// <summary>It was sent.</summary>
    Uploaded,
}

/// <summary>
/// Brings one blob into a repository (distribution-spec, pushing blobs): not at all where it is there, by a mount where another
/// repository has it, else in one request, or in several where it is long. After a cut the registry is asked how far it
/// came, and the rest follows; where it does not know, the blob starts anew.
/// </summary>
/// <param name="repository">Where to.</param>
/// <param name="blob">The blob.</param>
/// <param name="open">Opens it.</param>
/// <param name="moved">Told of every piece sent, in bytes; a negative number takes back what has to be sent again.</param>
internal sealed class BlobUpload(RepositoryClient repository, OciDescriptor blob, Func<Stream> open, Action<long> moved)
{
    // Each attempt in excess of the policy's must have brought the blob further, so this bounds a registry that crawls.
    private const int MostAttempts = 64;

    private readonly RegistryHttp http = repository.Http;
    private Uri? session;
    private long offset;
    private long told;

    /// <summary>Does it.</summary>
    /// <param name="mountFrom">Another repository of the same registry that has the blob; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RegistryException">It did not work.</exception>
    public async Task<BlobArrival> RunAsync(string? mountFrom, CancellationToken cancellation)
    {
        if (await repository.HasBlobAsync(blob, cancellation).ConfigureAwait(false))
        {
            return BlobArrival.Present;
        }

        if (await StartAsync(mountFrom, cancellation).ConfigureAwait(false))
        {
            return BlobArrival.Mounted;
        }

        var policy = http.Policy.Retry;
        var furthest = 0L;
        for (int attempt = 1, all = 1; ; attempt++, all++)
        {
            try
            {
                await SendAsync(cancellation).ConfigureAwait(false);
                return BlobArrival.Uploaded;
            }
            catch (RegistryBusyException error) when (attempt < policy.Attempts && all < MostAttempts)
            {
                await Task.Delay(policy.Delay(attempt, error.RetryAfter), cancellation).ConfigureAwait(false);
                if (await ResumeAsync(cancellation).ConfigureAwait(false))
                {
                    return BlobArrival.Uploaded;
                }

                (attempt, furthest) = offset > furthest ? (0, offset) : (attempt, furthest);
            }
            catch (RegistryBusyException error)
            {
                throw new RegistryException($"a layer does not reach {repository.Name}", error.Where, $"{error.What}: {error.Why} (tried {all} times)", error.Next, error);
            }
        }
    }

    // Whether the blob is there now, by a mount.
    private async Task<bool> StartAsync(string? mountFrom, CancellationToken cancellation)
    {
        var address = await repository.AddressAsync("blobs/uploads/", cancellation).ConfigureAwait(false);
        var scope = repository.Scope;
        if (mountFrom is not null)
        {
            address = RegistryTokens.WithQuery(address, [("mount", blob.Digest), ("from", mountFrom)]);
            scope = $"{scope} repository:{mountFrom}:pull";
        }

        using var response = await http.SendAsync(new RegistryRequest(HttpMethod.Post, address, scope) { Content = _ => new ByteArrayContent([]) }, cancellation)
            .ConfigureAwait(false);
        await repository.ExpectAsync(
            response, $"{repository.Name} takes no upload", cancellation, mountFrom is null ? [HttpStatusCode.Accepted] : [HttpStatusCode.Accepted, HttpStatusCode.Created]).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Created)
        {
            repository.ExpectDigest(response, blob.Digest);
            return true;
        }

        session = Location(response);
        Rewind(0);
        return false;
    }

    private async Task SendAsync(CancellationToken cancellation)
    {
        if (offset == 0 && blob.Size <= http.Policy.ChunkSize)
        {
            await FinishAsync(0, blob.Size, cancellation).ConfigureAwait(false);
            return;
        }

        while (offset < blob.Size)
        {
            var length = Math.Min(http.Policy.ChunkSize, blob.Size - offset);
            using var response = await http.SendOnceAsync(
                new RegistryRequest(HttpMethod.Patch, session!, repository.Scope) { Content = alive => Part(offset, length, alive) }, cancellation).ConfigureAwait(false);
            await ExpectOrRestartAsync(response, HttpStatusCode.Accepted, cancellation).ConfigureAwait(false);
            session = Location(response);
            offset += length;
        }

        await FinishAsync(offset, 0, cancellation).ConfigureAwait(false);
    }

    private async Task FinishAsync(long from, long length, CancellationToken cancellation)
    {
        var address = RegistryTokens.WithQuery(session!, [("digest", blob.Digest)]);
        using var response = await http.SendOnceAsync(
            new RegistryRequest(HttpMethod.Put, address, repository.Scope) { Content = alive => Part(from, length, alive) }, cancellation).ConfigureAwait(false);
        await ExpectOrRestartAsync(response, HttpStatusCode.Created, cancellation).ConfigureAwait(false);
        repository.ExpectDigest(response, blob.Digest);
        offset = blob.Size;
    }

    // Whether the blob is there now: its last request may have arrived although the answer did not.
    private async Task<bool> ResumeAsync(CancellationToken cancellation)
    {
        if (session is not null)
        {
            using var response = await http.SendAsync(new RegistryRequest(HttpMethod.Get, session, repository.Scope), cancellation).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NoContent && Reached(response) is { } reached && reached <= blob.Size)
            {
                session = RegistryHttp.Resolve(session, response) ?? session;
                Rewind(reached);
                return false;
            }
        }

        if (await repository.HasBlobAsync(blob, cancellation).ConfigureAwait(false))
        {
            Tell(blob.Size);
            return true;
        }

        await StartAsync(null, cancellation).ConfigureAwait(false);
        return false;
    }

    // The upload itself may be lost or spoilt, which a new one mends; an account that may not push is refused again.
    private async Task ExpectOrRestartAsync(HttpResponseMessage response, HttpStatusCode fine, CancellationToken cancellation)
    {
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.Conflict)
        {
            session = null;
            throw new RegistryBusyException(
                $"{repository.Name} gave up an upload",
                response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Path),
                await RegistryAnswer.DescribeAsync(response, http.Credentials, cancellation).ConfigureAwait(false));
        }

        await repository.ExpectAsync(response, $"{repository.Name} does not take a layer of {blob.Size} bytes", cancellation, fine).ConfigureAwait(false);
    }

    private BlobContent Part(long from, long length, Action alive)
    {
        // A request may be made anew from its start, after a login for instance.
        Rewind(from);
        var content = new BlobContent(open, from, length, count =>
        {
            alive();
            Tell(told + count);
        });
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        if (length > 0 && length < blob.Size)
        {
            // The specification's form, from-to, without the unit and the whole that HTTP's own header has.
            content.Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"{from}-{from + length - 1}"));
        }

        return content;
    }

    private Uri Location(HttpResponseMessage response) =>
        RegistryHttp.Resolve(response.RequestMessage!.RequestUri!, response) ?? throw new RegistryException(
            $"{repository.Name} takes no upload", why: $"{(int)response.StatusCode} without a Location that can be used");

    // Range: 0-N tells the last byte; an upload without any says 0-0, which cannot be told from one byte, so that one is sent again.
    private static long? Reached(HttpResponseMessage response)
    {
        var range = response.Headers.TryGetValues("Range", out var values) ? values.First() : null;
        var dash = range?.LastIndexOf('-') ?? -1;
        return dash >= 0 && long.TryParse(range.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? (last == 0 ? 0 : last + 1) : null;
    }

    private void Rewind(long to)
    {
        offset = to;
        Tell(to);
    }

    private void Tell(long amount)
    {
        moved(amount - told);
        told = amount;
    }
}
