using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry;

/// <summary>How a blob got into a repository.</summary>
internal enum BlobArrival
{
    /// <summary>It already existed.</summary>
    Present,

    /// <summary>The registry mounted it from another of its repositories.</summary>
    Mounted,

    /// <summary>It was uploaded.</summary>
    Uploaded,
}

/// <summary>
/// Uploads one blob to a repository (distribution-spec, pushing blobs): by a mount if another repository has it, otherwise in one request, or in
/// several if it is large. If a registry does not accept a method or a size, another one is used. After an interruption the registry is asked for its
/// progress and the rest is sent; if it does not know, the upload starts again.
/// </summary>
/// <param name="repository">The target repository.</param>
/// <param name="blob">The blob.</param>
/// <param name="open">Opens the blob.</param>
/// <param name="moved">Called with the number of bytes of each chunk sent; a negative number for bytes that have to be sent again.</param>
internal sealed class BlobUpload(RepositoryClient repository, OciDescriptor blob, Func<Stream> open, Action<long> moved)
{
    // Each attempt beyond the policy's limit must have made progress, so this limits very slow registries.
    private const int MostAttempts = 64;

    private readonly RegistryEndpoint _endpoint = repository.Http.Endpoint;
    private readonly UploadHabits _habits = repository.Http.Endpoint.Habits;
    private Uri? _session;
    private long _offset;
    private long _told;
    private UploadWay _sending;

    /// <summary>Mounts the blob from another repository of the same registry. This is an optimization: every failure falls back to a plain upload.</summary>
    /// <param name="from">The repository that has the blob.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>Whether the registry mounted it; an upload that it started instead is used by <see cref="SendAsync"/>. Null if it refused the
    /// request, so that it need not be repeated.</returns>
    public async Task<bool?> MountAsync(string from, CancellationToken cancellation)
    {
        try
        {
            var address = RegistryTokens.WithQuery(await repository.AddressAsync("blobs/uploads/", cancellation), [("mount", blob.Digest), ("from", from)]);
            var request = new RegistryRequest(HttpMethod.Post, address, $"{repository.Scope} repository:{from}:pull") { Content = new ByteArrayContent([]), Once = true, IsOptional = true };
            using var response = await repository.Http.SendAsync(request, cancellation);
            switch (response.StatusCode)
            {
                case HttpStatusCode.Created:
                    repository.ExpectDigest(response, blob.Digest);
                    return true;
                case HttpStatusCode.Accepted:
                    Begin(response);
                    return false;
                default:
                    return null;
            }
        }
        catch (RegistryException)
        {
            _session = null;
            return null;
        }
    }

    /// <summary>Uploads the blob.</summary>
    /// <exception cref="RegistryException">The upload failed.</exception>
    public async Task SendAsync(CancellationToken cancellation)
    {
        var policy = _endpoint.Policy.Retry;
        var furthest = 0L;
        string? earlier = null;
        for (int attempt = 1, all = 1; ; attempt++, all++)
        {
            try
            {
                if (await SendOnceAsync(cancellation))
                {
                    return;
                }

                // The registry needs another method or size: this is not a failure.
                (_session, attempt) = (null, 0);
                if (all >= MostAttempts)
                {
                    throw new RegistryException($"a layer cannot be uploaded to {repository.Name}", why: $"the registry rejects every upload method (tried {all} times)");
                }
            }
            catch (RegistryBusyException error) when (attempt < policy.Attempts && all < MostAttempts)
            {
                await _endpoint.Patience.WaitAsync(attempt, error, cancellation);
                if (await ResumeAsync(cancellation))
                {
                    return;
                }

                (attempt, furthest) = _offset > furthest ? (0, _offset) : (attempt, furthest);
            }
            catch (RegistryBusyException error) when (all < MostAttempts && SpeaksOfTheWay(error.Status) && _habits.Without(_sending))
            {
                // Some registries answer 500 or 404 to chunks, or to the final request, but accept the blob in one request; some lose blobs sent in one request.
                (_session, attempt, earlier) = (null, 0, $"; another upload method failed before: {error.Why}");
            }
            catch (RegistryBusyException error)
            {
                throw new RegistryException($"a layer cannot be uploaded to {repository.Name}", error.Where, $"{error.What}: {error.Why} (tried {all} times){earlier}", error.Next, error);
            }
            catch (RegistryException error) when (earlier is not null && error.GetType() == typeof(RegistryException))
            {
                throw new RegistryException(error.What, error.Where, $"{error.Why}{earlier}", error.Next, error) { Status = error.Status };
            }
        }
    }

    // A busy server is no reason to change the method. A single request may also be lost or damaged for reasons that do not affect chunks.
    private bool SpeaksOfTheWay(int status) => status is not (0 or 408 or 425 or 429 or 503) && (_sending == UploadWay.Chunks || status is 400 or 404 or 409 or 416);

    // Whether the blob was received; false if the registry needs another method.
    private async Task<bool> SendOnceAsync(CancellationToken cancellation)
    {
        var way = _habits.For(blob.Size);
        _sending = way;
        if (way == UploadWay.Post)
        {
            return await PostAsync(cancellation);
        }

        if (_session is null)
        {
            await StartAsync(cancellation);
            _sending = way = _habits.For(blob.Size);
        }

        if (way == UploadWay.Put)
        {
            // After an interruption, the partial upload cannot be continued by a PUT of the whole blob.
            if (_offset == 0)
            {
                return await FinishAsync(UploadWay.Put, 0, blob.Size, cancellation);
            }

            if (_habits.For(long.MaxValue) != UploadWay.Chunks)
            {
                _session = null;
                await StartAsync(cancellation);
                return await FinishAsync(UploadWay.Put, 0, blob.Size, cancellation);
            }
        }

        _sending = UploadWay.Chunks;
        while (_offset < blob.Size)
        {
            if (!await ChunkAsync(Math.Min(_habits.ChunkSize, blob.Size - _offset), cancellation))
            {
                return false;
            }
        }

        return await FinishAsync(UploadWay.Chunks, _offset, 0, cancellation);
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        using var response = await repository.StartUploadAsync(cancellation);
        Begin(response);
    }

    private void Begin(HttpResponseMessage response)
    {
        _session = Location(response);
        if (response.Headers.TryGetValues("OCI-Chunk-Min-Length", out var values)
            && long.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var least))
        {
            _habits.AtLeast(least);
        }

        Rewind(0);
    }

    private async Task<bool> ChunkAsync(long length, CancellationToken cancellation)
    {
        var from = _offset;
        using var response = await SendPartAsync(HttpMethod.Patch, _session!, from, length, cancellation);
        if (response.IsSuccessStatusCode)
        {
            // The specification requires 202; others send 201, 204 and 200 (go-containerregistry, Harbor). Some do not change the address.
            _session = response.Headers.Contains("Location") ? Location(response) : _session;
            _offset = Reached(response) is { } reached && reached > from && reached < from + length ? reached : from + length;
            Tell(_offset);
            return true;
        }

        switch ((int)response.StatusCode)
        {
            case 416:
                // If the response states the progress, the position was wrong; otherwise the chunk is too large (GHCR accepts 4 MiB).
                var there = Reached(response) ?? await AskAsync(cancellation);
                if (there is { } known && known != from && known <= blob.Size)
                {
                    throw GaveUp(response, await repository.Http.DescribeAsync(response, cancellation), keepsSession: true);
                }

                _ = _habits.Smaller(length) || _habits.Without(UploadWay.Chunks);
                return false;
            case 413:
                return _habits.Smaller(length) ? false : throw await RefusedAsync(response, length, cancellation);

            // The registry does not support chunks, or a proxy does not support PATCH.
            case 403 or 405 or 411 or 415 or 501:
                _ = _habits.Without(UploadWay.Chunks);
                return false;
            default:
                throw await LostAsync(response, length, cancellation);
        }
    }

    private async Task<bool> FinishAsync(UploadWay way, long from, long length, CancellationToken cancellation)
    {
        var address = RegistryTokens.WithQuery(_session!, [("digest", blob.Digest)]);
        using var response = await SendPartAsync(HttpMethod.Put, address, from, length, cancellation);
        return await ArrivedAsync(way, response, length, cancellation);
    }

    private async Task<bool> PostAsync(CancellationToken cancellation)
    {
        var address = RegistryTokens.WithQuery(await repository.AddressAsync("blobs/uploads/", cancellation), [("digest", blob.Digest)]);
        using var response = await SendPartAsync(HttpMethod.Post, address, 0, blob.Size, cancellation);
        return await ArrivedAsync(UploadWay.Post, response, blob.Size, cancellation);
    }

    // Any success status counts: the blob is read back anyway.
    private async Task<bool> ArrivedAsync(UploadWay way, HttpResponseMessage response, long length, CancellationToken cancellation)
    {
        if (way == UploadWay.Post && response.StatusCode == HttpStatusCode.Accepted)
        {
            throw new RegistryException(
                $"a layer cannot be uploaded to {repository.Name}", response.RequestMessage!.RequestUri!.WithoutQuery(), "the registry accepts neither PUT, PATCH nor POST for it");
        }

        if (response.IsSuccessStatusCode)
        {
            repository.ExpectDigest(response, blob.Digest);
            Rewind(blob.Size);
            return true;
        }

        // Artifactory: an upload without any chunk is not a blob, whatever its final request contains. A lost upload has its own code.
        var answer = way == UploadWay.Put && response.StatusCode == HttpStatusCode.NotFound ? await RegistryAnswer.OfAsync(response, cancellation) : null;
        if (answer?.Errors.Any(error => error.Code == "BLOB_UNKNOWN") == true)
        {
            return !_habits.Without(way);
        }

        return (int)response.StatusCode switch
        {
            404 when answer is not null => throw GaveUp(response, repository.Http.Scrub(answer.ToString()), keepsSession: false),
            413 or 416 when length > 0 => _habits.Smaller(length) ? false : throw await RefusedAsync(response, length, cancellation),
            405 or 501 when way != UploadWay.Post => !_habits.Without(way),
            _ => throw await LostAsync(response, length, cancellation),
        };
    }

    private Task<HttpResponseMessage> SendPartAsync(HttpMethod method, Uri address, long from, long length, CancellationToken cancellation)
    {
        var content = new BlobContent(open, from, length, sent => Tell(from + sent));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        if (method == HttpMethod.Patch)
        {
            // The format of the specification, from-to, without the unit and the total of HTTP's own header.
            content.Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"{from}-{from + length - 1}"));
        }

        return repository.Http.SendAsync(new RegistryRequest(method, address, repository.Scope) { Content = content, Once = true }, cancellation);
    }

    // Whether the blob now exists: its last request may have arrived although the response did not.
    private async Task<bool> ResumeAsync(CancellationToken cancellation)
    {
        if (await AskAsync(cancellation) is { } reached)
        {
            Rewind(reached);
            return false;
        }

        if (await repository.HasBlobAsync(blob, cancellation))
        {
            Rewind(blob.Size);
            return true;
        }

        _session = null;
        Rewind(0);
        return false;
    }

    // The number of bytes received; null if the registry does not state it.
    private async Task<long?> AskAsync(CancellationToken cancellation)
    {
        if (_session is null)
        {
            return null;
        }

        using var response = await repository.Http.SendAsync(new RegistryRequest(HttpMethod.Get, _session, repository.Scope), cancellation);
        if (!response.IsSuccessStatusCode || Reached(response) is not { } reached || reached > blob.Size)
        {
            return null;
        }

        _session = response.Headers.Contains("Location") ? Location(response) : _session;
        return reached;
    }

    // The upload itself may be lost or damaged, which a new one fixes; an account without push permission is refused again.
    private async Task<RegistryException> LostAsync(HttpResponseMessage response, long length, CancellationToken cancellation) =>
        response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.Conflict
            ? GaveUp(response, await repository.Http.DescribeAsync(response, cancellation), keepsSession: false)
            : await RefusedAsync(response, length, cancellation);

    private RegistryBusyException GaveUp(HttpResponseMessage response, string why, bool keepsSession)
    {
        _session = keepsSession ? _session : null;
        return new RegistryBusyException($"{repository.Name} cancelled an upload", response.RequestMessage?.RequestUri?.WithoutQuery(), why) { Status = (int)response.StatusCode };
    }

    private Task<RegistryException> RefusedAsync(HttpResponseMessage response, long length, CancellationToken cancellation) => repository.RefusedAsync(
        response,
        $"{repository.Name} does not accept a layer of {blob.Size} bytes{(length > 0 && length < blob.Size ? $", {length} per request" : string.Empty)}",
        cancellation,
        response.StatusCode == HttpStatusCode.RequestEntityTooLarge
            ? "raise the limit of the registry or of the proxy in front of it (nginx: client_max_body_size 0)"
            : null);

    private Uri Location(HttpResponseMessage response) => _endpoint.Follow(response.RequestMessage!.RequestUri!, response, $"{repository.Name} does not accept uploads");

    // Range: 0-N states the last byte (zot's "0--1" is not usable); an empty upload reports 0-0, which is the same as for one byte, so that byte is sent again.
    private static long? Reached(HttpResponseMessage response)
    {
        var range = response.Headers.TryGetValues("Range", out var values) ? values.First() : null;
        var dash = range?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        return dash >= 0 && long.TryParse(range.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? (last == 0 ? 0 : last + 1) : null;
    }

    private void Rewind(long to)
    {
        _offset = to;
        Tell(to);
    }

    private void Tell(long amount)
    {
        moved(amount - _told);
        _told = amount;
    }
}
