using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry;

/// <summary>One repository of a registry: what it has, and what is put into it (distribution-spec 1.1).</summary>
/// <param name="http">Speaks with the registry.</param>
/// <param name="repository">The repository's path, <c>acme/busybox</c>.</param>
internal sealed class RepositoryClient(RegistryHttp http, string repository)
{
    private const int LargestManifest = 4 << 20;
    private const int LargestConfig = 1 << 20;
    private const int ReadSize = 1 << 17;

    // The media types of manifests that it has or took.
    private readonly ConcurrentDictionary<string, bool> _taken = new(StringComparer.Ordinal);

    /// <summary>Speaks with the registry.</summary>
    public RegistryHttp Http => http;

    /// <summary>The repository's path.</summary>
    public string Repository => repository;

    /// <summary>The right that requests ask for.</summary>
    public string Scope => $"repository:{repository}:pull,push";

    /// <summary>The repository's name, for people.</summary>
    public string Name => $"{http.Host}/{repository}";

    /// <summary>The address of something in the repository.</summary>
    public async Task<Uri> AddressAsync(string path, CancellationToken cancellation) =>
        new(await http.Endpoint.RootAsync(cancellation), $"{repository}/{path}");

    /// <summary>Whether the repository has a blob of that digest and size.</summary>
    public Task<bool> HasBlobAsync(OciDescriptor blob, CancellationToken cancellation) =>
        HasAsync($"blobs/{blob.Digest}", blob, [], cancellation);

    /// <summary>Whether the repository has a manifest of that digest and size.</summary>
    public async Task<bool> HasManifestAsync(OciDescriptor manifest, CancellationToken cancellation)
    {
        var has = await HasAsync($"manifests/{manifest.Digest}", manifest, [manifest.MediaType], cancellation);
        if (has)
        {
            _taken[manifest.MediaType] = true;
        }

        return has;
    }

    /// <summary>Puts a manifest or an index there.</summary>
    /// <param name="manifest">What it is.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="reference">A tag, or its digest.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ManifestPartsException">The registry says that it lacks what the manifest names.</exception>
    /// <exception cref="ManifestFormException">The registry takes no manifest of this kind.</exception>
    /// <exception cref="RegistryException">The registry refused it, or took it for something else.</exception>
    public async Task PutManifestAsync(OciDescriptor manifest, byte[] content, string reference, CancellationToken cancellation)
    {
        var address = await AddressAsync($"manifests/{reference}", cancellation);
        var what = $"{Name} does not take {(reference == manifest.Digest ? $"a manifest of {manifest.MediaType}" : $"the tag {reference}")}";
        var body = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(manifest.MediaType) } };
        HttpResponseMessage? response;
        try
        {
            response = await http.Endpoint.Patience.RetryAsync(PutAsync, cancellation);
        }
        catch (RegistryException error) when (error.InnerException is RegistryBusyException { Status: 500 })
        {
            // Who took one manifest of a kind does not fail over the kind.
            throw _taken.ContainsKey(manifest.MediaType)
                ? new RegistryException(what, error.Where, error.Why, error.Next, error) { Status = 500 }
                : new ManifestFormException(what, error.Where, error.Why, error.Next, error);
        }

        if (response is null)
        {
            _taken[manifest.MediaType] = true;
            return;
        }

        using (response)
        {
            if (response.IsSuccessStatusCode)
            {
                ExpectDigest(response, manifest.Digest);
                _taken[manifest.MediaType] = true;
                return;
            }

            var answer = await RegistryAnswer.OfAsync(response, cancellation);
            throw ManifestAnswers.LacksParts(answer) ? new ManifestPartsException(what, address.WithoutQuery(), Said(answer)) { Lacking = ManifestAnswers.Digests(answer), Status = answer.Status }
                : ManifestAnswers.RefusesForm(answer) ? new ManifestFormException(what, address.WithoutQuery(), Said(answer))
                : Refusal(answer, address, what, null);
        }

        // Null where it failed and the manifest is there all the same: Gitea answers 500 to one of two that put it at once.
        async Task<HttpResponseMessage?> PutAsync(CancellationToken token)
        {
            try
            {
                return await http.SendAsync(new RegistryRequest(HttpMethod.Put, address, Scope) { Content = body, Once = true }, token);
            }
            catch (RegistryBusyException error) when (error.Status == 500)
            {
                if (!await NamesAsync(address, manifest, token))
                {
                    throw;
                }

                return null;
            }
        }
    }

    /// <summary>Reads what a tag names.</summary>
    /// <returns>What it is and its bytes; null where there is no such tag.</returns>
    /// <exception cref="RegistryDeniedException">The registry does not let this account see it, or there is nothing to be seen.</exception>
    /// <exception cref="RegistryException">The registry gave what no manifest can be.</exception>
    public Task<(OciDescriptor Descriptor, byte[] Content)?> ReadTagAsync(string tag, CancellationToken cancellation) =>
        ReadManifestAsync(tag, AnyManifest, cancellation);

    /// <summary>Starts an upload.</summary>
    /// <returns>The answer, whose <c>Location</c> is the upload.</returns>
    /// <exception cref="RegistryException">The registry does not take one; the error says what is missing there.</exception>
    public async Task<HttpResponseMessage> StartUploadAsync(CancellationToken cancellation)
    {
        var address = await AddressAsync("blobs/uploads/", cancellation);
        var response = await http.SendAsync(new RegistryRequest(HttpMethod.Post, address, Scope) { Content = new ByteArrayContent([]) }, cancellation);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await RefusedAsync(response, $"{Name} takes no upload", cancellation);
        }
    }

    /// <summary>Asks whether this account may push here: starts an upload, and cancels it. Nothing is left of it.</summary>
    /// <exception cref="RegistryException">It may not, or there is no such registry or repository.</exception>
    public async Task CheckPushAsync(CancellationToken cancellation)
    {
        using var response = await StartUploadAsync(cancellation);
        var session = http.Endpoint.Follow(response.RequestMessage!.RequestUri!, response, $"{Name} takes no upload");
        try
        {
            using var cancelled = await http.SendAsync(new RegistryRequest(HttpMethod.Delete, session, Scope) { Once = true }, cancellation);
        }
        catch (RegistryException)
        {
            // Not every registry can cancel one; all of them forget it after a while.
        }
    }

    /// <summary>Reads a manifest by its digest.</summary>
    /// <returns>What it is and its bytes, which are of that digest; null where there is none.</returns>
    public async Task<(OciDescriptor Descriptor, byte[] Content)?> ReadManifestAsync(string digest, CancellationToken cancellation)
    {
        var read = await ReadManifestAsync(digest, AnyManifest, cancellation);
        return read is null || read.Value.Descriptor.Digest == digest ? read : throw Wrong($"manifests/{digest}", read.Value.Descriptor.Digest);
    }

    /// <summary>Reads a short blob, a configuration.</summary>
    /// <returns>Its bytes, which are of that digest; null where there is none or it is too long.</returns>
    public async Task<byte[]?> ReadConfigAsync(string digest, CancellationToken cancellation) => await ReadAsync(
        $"blobs/{digest}",
        [],
        async (response, stall) =>
        {
            var content = await RegistryAnswer.ReadAsync(response, LargestConfig, stall.Token);
            return content is null || OciDigest.Of(content) == digest ? content : throw Wrong($"blobs/{digest}", OciDigest.Of(content));
        },
        cancellation);

    /// <summary>Reads a blob through and checks that it is what its digest says; nothing is kept.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="received">Told of every piece, in bytes; a negative number takes back what has to be read again.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Whether it is there.</returns>
    /// <exception cref="RegistryException">Something else is there.</exception>
    public async Task<bool> CheckBlobAsync(OciDescriptor blob, Action<long> received, CancellationToken cancellation)
    {
        var path = $"blobs/{blob.Digest}";
        var digest = await ReadAsync(path, [], (response, stall) => HashAsync(response, blob, received, stall), cancellation);
        return digest is null || digest == blob.Digest ? digest is not null : throw Wrong(path, digest);
    }

    /// <summary>The error for an answer that refuses.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="what">What failed.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="next">What to do about it; null for what the answer itself suggests.</param>
    public async Task<RegistryException> RefusedAsync(HttpResponseMessage response, string what, CancellationToken cancellation, string? next = null) =>
        Refusal(await RegistryAnswer.OfAsync(response, cancellation), response.RequestMessage!.RequestUri!, what, next);

    /// <summary>Refuses an answer that says it stored something of another digest.</summary>
    /// <exception cref="RegistryException">It does.</exception>
    public void ExpectDigest(HttpResponseMessage response, string digest)
    {
        if (response.Headers.TryGetValues("Docker-Content-Digest", out var values) && values.FirstOrDefault() is { Length: > 0 } found && found != digest)
        {
            throw Wrong(response.RequestMessage!.RequestUri!.WithoutQuery(), SafeText.Text(found));
        }
    }

    /// <summary>The error for something that should be there and is not.</summary>
    public RegistryException Missing(string path) =>
        new($"{Name} lacks what was pushed to it", path, "it is not there any more", "run it again; if that does not help, the registry loses data");

    private static IReadOnlyList<string> AnyManifest =>
    [
        MediaTypes.Index, MediaTypes.Manifest, MediaTypes.DockerList, MediaTypes.DockerManifest,
    ];

    private RegistryException Wrong(string path, string digest) =>
        new($"{Name} holds something else than was pushed", path, $"its digest is {digest}", "run it again; if that does not help, something between here and the registry changes data");

    private string Said(RegistryAnswer answer) => http.Scrub(answer.ToString());

    private RegistryException Refusal(RegistryAnswer answer, Uri address, string what, string? next)
    {
        var (why, where, obstacle) = (Said(answer), address.WithoutQuery(), RefusalAdvice.Of(answer));
        var advice = RefusalAdvice.Next(obstacle, http.Host, repository);
        return obstacle == Obstacle.Right || (obstacle == Obstacle.None && answer.Status is 401 or 403)
            ? http.Denied(why, where, advice)
            : new RegistryException(what, where, why, advice ?? next) { Status = answer.Status };
    }

    // Asked once, by the way of another question.
    private async Task<bool> NamesAsync(Uri address, OciDescriptor manifest, CancellationToken cancellation)
    {
        try
        {
            using var response = await http.SendAsync(new RegistryRequest(HttpMethod.Get, address, Scope) { Accept = AnyManifest, Once = true, IsOptional = true }, cancellation);
            using var stall = new Stall(http.Policy.Retry.Stall, cancellation);
            return response.StatusCode == HttpStatusCode.OK
                && await http.Endpoint.GuardAsync(address, () => RegistryAnswer.ReadAsync(response, LargestManifest, stall.Token), cancellation) is { } content
                && OciDigest.Of(content) == manifest.Digest;
        }
        catch (RegistryException)
        {
            return false;
        }
    }

    // A registry, or a proxy before it, whose HEAD fails is asked with GET, whose body is left alone. 403 says nothing of what is there.
    private async Task<bool> HasAsync(string path, OciDescriptor wanted, IReadOnlyList<string> accept, CancellationToken cancellation)
    {
        var address = await AddressAsync(path, cancellation);
        var habits = http.Endpoint.Habits;
        try
        {
            return await http.Endpoint.Patience.RetryAsync(LookAsync, cancellation);
        }
        catch (RegistryException error) when (error.InnerException is RegistryBusyException { Status: 500 })
        {
            // Some fall over the question for what they lack. Sending it tells more.
            habits.LookingFails = true;
            return false;
        }

        async Task<bool> LookAsync(CancellationToken token)
        {
            if (!habits.HeadFails)
            {
                using var head = await HeadAsync(token);
                if (head is not null and not { StatusCode: HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented })
                {
                    return Has(head);
                }

                if (head is null && habits.LookingFails)
                {
                    return false;
                }
            }

            using var whole = await AskAsync(HttpMethod.Get, token);
            habits.HeadFails = true;
            return Has(whole);
        }

        async Task<HttpResponseMessage?> HeadAsync(CancellationToken token)
        {
            try
            {
                return await AskAsync(HttpMethod.Head, token);
            }
            catch (RegistryBusyException error) when (error.Status == 500)
            {
                return null;
            }
        }

        Task<HttpResponseMessage> AskAsync(HttpMethod method, CancellationToken token) =>
            http.SendAsync(new RegistryRequest(method, address, Scope) { Accept = accept, Once = true }, token);

        // Neither header is a must in an answer to HEAD.
        bool Has(HttpResponseMessage answer)
        {
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                return false;
            }

            ExpectDigest(answer, wanted.Digest);
            return answer.Content.Headers.ContentLength is not { } length || length == wanted.Size;
        }
    }

    private async Task<(OciDescriptor Descriptor, byte[] Content)?> ReadManifestAsync(string reference, IReadOnlyList<string> accept, CancellationToken cancellation)
    {
        var read = await ReadAsync(
            $"manifests/{reference}",
            accept,
            async (response, stall) =>
            {
                var content = await RegistryAnswer.ReadAsync(response, LargestManifest, stall.Token)
                    ?? throw new RegistryException($"{Name} gives no manifest", reference, $"it is longer than {LargestManifest} bytes");
                return Tuple.Create(new OciDescriptor(response.Content.Headers.ContentType?.MediaType ?? string.Empty, OciDigest.Of(content), content.Length), content);
            },
            cancellation);
        return read is null ? null : (read.Item1, read.Item2);
    }

    // Request and body are one attempt: a connection may be cut in either. What reads a long body tells the stall that it moves.
    private async Task<T?> ReadAsync<T>(
        string path, IReadOnlyList<string> accept, Func<HttpResponseMessage, Stall, Task<T>> read, CancellationToken cancellation)
        where T : class?
    {
        var address = await AddressAsync(path, cancellation);
        return await http.Endpoint.Patience.RetryAsync(
            async token =>
            {
                using var response = await http.SendAsync(new RegistryRequest(HttpMethod.Get, address, Scope) { Accept = accept, Once = true }, token);
                if (response.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }

                if (response.StatusCode != HttpStatusCode.OK)
                {
                    throw await RefusedAsync(response, $"{Name} gives nothing back", token);
                }

                using var stall = new Stall(http.Policy.Retry.Stall, token);
                return await http.Endpoint.GuardAsync(address, () => read(response, stall), token);
            },
            cancellation);
    }

    private async Task<string> HashAsync(HttpResponseMessage response, OciDescriptor blob, Action<long> received, Stall stall)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var stream = await response.Content.ReadAsStreamAsync(stall.Token);
        var buffer = new byte[ReadSize];
        var length = 0L;
        int count;
        try
        {
            while ((count = await stream.ReadAsync(buffer, stall.Token)) > 0)
            {
                stall.Moved();
                length += count;
                if (length > blob.Size)
                {
                    break;
                }

                hash.AppendData(buffer, 0, count);
                received(count);
            }
        }
        catch
        {
            received(-Math.Min(length, blob.Size));
            throw;
        }

        return length == blob.Size ? OciDigest.FromHash(hash.GetHashAndReset()) : throw new RegistryException(
            $"{Name} holds something else than was pushed", $"blobs/{blob.Digest}", $"it has {(length < blob.Size ? length : "more")} bytes instead of {blob.Size}");
    }
}
