using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry;

/// <summary>Reads and writes one repository of a registry (distribution-spec 1.1).</summary>
/// <param name="http">Sends the requests to the registry.</param>
/// <param name="repository">The repository's path, <c>acme/busybox</c>.</param>
internal sealed partial class RepositoryClient(RegistryHttp http, string repository)
{
    private const int LargestManifest = 4 << 20;
    private const int LargestConfig = 1 << 20;
    private const int ReadSize = 1 << 17;
    private const string SubjectHeader = "OCI-Subject";

    // The media types of manifests that the repository has or accepted.
    private readonly ConcurrentDictionary<string, bool> _taken = new(StringComparer.Ordinal);

    /// <summary>Sends the requests to the registry.</summary>
    public RegistryHttp Http => http;

    /// <summary>Whether the registry has said of a manifest with a subject that it lists it (distribution-spec, header <c>OCI-Subject</c>).</summary>
    public bool ListsReferrers { get; private set; }

    /// <summary>The repository's path.</summary>
    public string Repository => repository;

    /// <summary>The scope that requests need.</summary>
    public string Scope => $"repository:{repository}:pull,push";

    /// <summary>The repository's name, shown to the user.</summary>
    public string Name => $"{http.Host}/{repository}";

    /// <summary>Returns the address of an item in the repository.</summary>
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

    /// <summary>Uploads a manifest or an index.</summary>
    /// <param name="manifest">Its descriptor.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="reference">A tag, or its digest.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="ManifestPartsException">The registry reports that it lacks content that the manifest references.</exception>
    /// <exception cref="ManifestFormException">The registry does not accept manifests of this kind.</exception>
    /// <exception cref="RegistryException">The registry refused it, or stored it with another digest.</exception>
    public async Task PutManifestAsync(OciDescriptor manifest, byte[] content, string reference, CancellationToken cancellation)
    {
        var address = await AddressAsync($"manifests/{reference}", cancellation);
        var what = $"{Name} does not accept {(reference == manifest.Digest ? $"a manifest of {manifest.MediaType}" : $"the tag {reference}")}";
        var body = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(manifest.MediaType) } };
        HttpResponseMessage? response;
        try
        {
            response = await http.Endpoint.Patience.RetryAsync(PutAsync, cancellation);
        }
        catch (RegistryException error) when (error.InnerException is RegistryBusyException { Status: 500 })
        {
            // A registry that accepted one manifest of this kind does not refuse the kind.
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
                ListsReferrers |= response.Headers.Contains(SubjectHeader);
                return;
            }

            var answer = await RegistryAnswer.OfAsync(response, cancellation);
            throw ManifestAnswers.LacksParts(answer) ? new ManifestPartsException(what, address.WithoutQuery(), Said(answer)) { Lacking = ManifestAnswers.Digests(answer), Status = answer.Status }
                : ManifestAnswers.RefusesForm(answer) ? new ManifestFormException(what, address.WithoutQuery(), Said(answer))
                : Refusal(answer, address, what, null);
        }

        // Null if the request failed but the manifest exists anyway: Gitea answers one of two concurrent uploads with 500.
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

    /// <summary>Reads the manifest that a tag names.</summary>
    /// <returns>Its descriptor and bytes; null if the tag does not exist.</returns>
    /// <exception cref="RegistryDeniedException">The account has no access, or the repository does not exist.</exception>
    /// <exception cref="RegistryException">The response is not a valid manifest.</exception>
    public Task<(OciDescriptor Descriptor, byte[] Content)?> ReadTagAsync(string tag, CancellationToken cancellation) =>
        ReadManifestAsync(tag, AnyManifest, cancellation);

    /// <summary>Starts an upload.</summary>
    /// <returns>The response, whose <c>Location</c> is the upload.</returns>
    /// <exception cref="RegistryException">The registry does not accept the upload; the error states what is missing.</exception>
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
            throw await RefusedAsync(response, $"{Name} does not accept uploads", cancellation);
        }
    }

    /// <summary>Checks whether this account may push here by starting and cancelling an upload. Nothing is left behind.</summary>
    /// <exception cref="RegistryException">The account may not push, or the registry or repository does not exist.</exception>
    public async Task CheckPushAsync(CancellationToken cancellation)
    {
        using var response = await StartUploadAsync(cancellation);
        var session = http.Endpoint.Follow(response.RequestMessage!.RequestUri!, response, $"{Name} does not accept uploads");
        try
        {
            using var cancelled = await http.SendAsync(new RegistryRequest(HttpMethod.Delete, session, Scope) { Once = true }, cancellation);
        }
        catch (RegistryException)
        {
            // Not every registry can cancel an upload; all of them discard it after some time.
        }
    }

    /// <summary>Reads a manifest by its digest.</summary>
    /// <returns>Its descriptor and bytes, verified by the digest; null if it does not exist.</returns>
    public async Task<(OciDescriptor Descriptor, byte[] Content)?> ReadManifestAsync(string digest, CancellationToken cancellation)
    {
        var read = await ReadManifestAsync(digest, AnyManifest, cancellation);
        return read is null || read.Value.Descriptor.Digest == digest ? read : throw Wrong($"manifests/{digest}", read.Value.Descriptor.Digest);
    }

    /// <summary>Reads the registry's own list of the artifacts that refer to a manifest (distribution-spec, listing referrers).</summary>
    /// <returns>The bytes of the index; null if the registry keeps no such lists.</returns>
    public async Task<byte[]?> ReadReferrersAsync(string digest, CancellationToken cancellation) => await ReadAsync(
        $"referrers/{digest}",
        [MediaTypes.Index],
        async (response, stall) => response.Content.Headers.ContentType?.MediaType == MediaTypes.Index
            ? await RegistryAnswer.ReadAsync(response, LargestManifest, stall.Token)
            : null,
        cancellation);

    /// <summary>Reads a short blob, such as a configuration.</summary>
    /// <returns>Its bytes, verified by the digest; null if it does not exist or is too long.</returns>
    public async Task<byte[]?> ReadConfigAsync(string digest, CancellationToken cancellation) => await ReadAsync(
        $"blobs/{digest}",
        [],
        async (response, stall) =>
        {
            var content = await RegistryAnswer.ReadAsync(response, LargestConfig, stall.Token);
            return content is null || OciDigest.Of(content) == digest ? content : throw Wrong($"blobs/{digest}", OciDigest.Of(content));
        },
        cancellation);

    /// <summary>Creates the error for a refused request.</summary>
    /// <param name="response">The response.</param>
    /// <param name="what">The failed action.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <param name="next">The advice; null for that derived from the response.</param>
    public async Task<RegistryException> RefusedAsync(HttpResponseMessage response, string what, CancellationToken cancellation, string? next = null) =>
        Refusal(await RegistryAnswer.OfAsync(response, cancellation), response.RequestMessage!.RequestUri!, what, next);

    /// <summary>Throws if a response states that content was stored with another digest.</summary>
    /// <exception cref="RegistryException">The digest differs.</exception>
    public void ExpectDigest(HttpResponseMessage response, string digest)
    {
        if (response.Headers.TryGetValues("Docker-Content-Digest", out var values) && values.FirstOrDefault() is { Length: > 0 } found && found != digest)
        {
            throw Wrong(response.RequestMessage!.RequestUri!.WithoutQuery(), SafeText.Text(found));
        }
    }

    /// <summary>Creates the error for missing content.</summary>
    public RegistryException Missing(string path) =>
        new($"{Name} lacks content that was pushed to it", path, "it is no longer there", "run the command again; if that does not help, the registry loses data") { IsOfContent = true };

    private static IReadOnlyList<string> AnyManifest =>
    [
        MediaTypes.Index, MediaTypes.Manifest, MediaTypes.DockerList, MediaTypes.DockerManifest,
    ];

    private RegistryException Wrong(string path, string digest) =>
        new($"{Name} contains something other than what was pushed", path, $"its digest is {digest}", "run the command again; if that does not help, something between this machine and the registry changes data") { IsOfContent = true };

    private string Said(RegistryAnswer answer) => http.Scrub(answer.ToString());

    private RegistryException Refusal(RegistryAnswer answer, Uri address, string what, string? next)
    {
        var (why, where, obstacle) = (Said(answer), address.WithoutQuery(), RefusalAdvice.Of(answer));
        var advice = RefusalAdvice.Next(obstacle, http.Host, repository);
        return obstacle == Obstacle.Right || (obstacle == Obstacle.None && answer.Status is 401 or 403)
            ? http.Denied(why, where, advice)
            : new RegistryException(what, where, why, advice ?? next) { Status = answer.Status };
    }

    // Detected only once, as part of another request.
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

    // If HEAD fails at a registry, or at a proxy in front of it, GET is used and its body is not read. 403 does not show whether the content exists.
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
            // Some fail on requests for absent content. Uploading it shows more.
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

        // Neither header is required in a response to HEAD.
        bool Has(HttpResponseMessage answer)
        {
            if (!answer.IsSuccessStatusCode)
            {
                return false;
            }

            ExpectDigest(answer, wanted.Digest);
            return answer.Content.Headers.ContentLength is not { } length || length == wanted.Size || HttpAnswers.SaysGzip(answer);
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
                    ?? throw new RegistryException($"{Name} returns no manifest", reference, $"it is longer than {LargestManifest} bytes");
                return Tuple.Create(new OciDescriptor(response.Content.Headers.ContentType?.MediaType ?? string.Empty, OciDigest.Of(content), content.Length), content);
            },
            cancellation);
        return read is null ? null : (read.Item1, read.Item2);
    }

    // Request and body form one attempt: the connection may break in either. Reading a long body reports progress, so that it does not count as stalled.
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

                if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NonAuthoritativeInformation))
                {
                    throw await RefusedAsync(response, $"{Name} does not return the content", token);
                }

                using var stall = new Stall(http.Policy.Retry.Stall, token);
                return await http.Endpoint.GuardAsync(address, () => read(response, stall), token);
            },
            cancellation);
    }
}
