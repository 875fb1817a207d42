using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace BusyboxGlibc.Oci.Registry;

/// <summary>One repository of a registry: what it has, and what is put into it (distribution-spec 1.1).</summary>
/// <param name="http">Speaks with the registry.</param>
/// <param name="repository">The repository's path, <c>acme/busybox</c>.</param>
/// <param name="mayPush">Whether logins ask for the right to push; reading alone is enough for a dry run.</param>
internal sealed class RepositoryClient(RegistryHttp http, string repository, bool mayPush)
{
    private const int LargestManifest = 4 << 20;
    private const int LargestConfig = 1 << 20;
    private const int ReadSize = 1 << 17;

    /// <summary>Speaks with the registry.</summary>
    public RegistryHttp Http => http;

    /// <summary>The repository's path.</summary>
    public string Repository => repository;

    /// <summary>The right that requests ask for.</summary>
    public string Scope => $"repository:{repository}:{(mayPush ? "pull,push" : "pull")}";

    /// <summary>The repository's name, for people.</summary>
    public string Name => $"{http.Host}/{repository}";

    /// <summary>The address of something in the repository.</summary>
    public async Task<Uri> AddressAsync(string path, CancellationToken cancellation) =>
        new(await http.RootAsync(cancellation).ConfigureAwait(false), $"{repository}/{path}");

    /// <summary>Whether the repository has a blob of that digest and size.</summary>
    public async Task<bool> HasBlobAsync(OciDescriptor blob, CancellationToken cancellation) =>
        await HasAsync($"blobs/{blob.Digest}", blob, [], cancellation).ConfigureAwait(false);

    /// <summary>Whether the repository has a manifest of that digest and size.</summary>
    public async Task<bool> HasManifestAsync(OciDescriptor manifest, CancellationToken cancellation) =>
        await HasAsync($"manifests/{manifest.Digest}", manifest, [manifest.MediaType], cancellation).ConfigureAwait(false);

    /// <summary>Puts a manifest or an index there.</summary>
    /// <param name="manifest">What it is.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="reference">A tag, or its digest.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RegistryException">The registry refused it, or took it for something else.</exception>
    public async Task PutManifestAsync(OciDescriptor manifest, byte[] content, string reference, CancellationToken cancellation)
    {
        var address = await AddressAsync($"manifests/{reference}", cancellation).ConfigureAwait(false);
        using var response = await http.SendAsync(
            new RegistryRequest(HttpMethod.Put, address, Scope)
            {
                Content = _ => new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(manifest.MediaType) } },
            },
            cancellation).ConfigureAwait(false);
        await ExpectAsync(response, $"{Name} does not take {(reference == manifest.Digest ? "a manifest" : $"the tag {reference}")}", cancellation, HttpStatusCode.Created).ConfigureAwait(false);
        ExpectDigest(response, manifest.Digest);
    }

    /// <summary>Reads what a tag names.</summary>
    /// <returns>What it is and its bytes; null where there is no such tag.</returns>
    /// <exception cref="RegistryException">The registry refused, or gave what no manifest can be.</exception>
    public async Task<(OciDescriptor Descriptor, byte[] Content)?> ReadTagAsync(string tag, CancellationToken cancellation) =>
        await ReadManifestAsync(tag, AnyManifest, cancellation).ConfigureAwait(false);

    /// <summary>Reads a manifest by its digest.</summary>
    /// <returns>What it is and its bytes, which are of that digest; null where there is none.</returns>
    public async Task<(OciDescriptor Descriptor, byte[] Content)?> ReadManifestAsync(string digest, CancellationToken cancellation)
    {
        var read = await ReadManifestAsync(digest, AnyManifest, cancellation).ConfigureAwait(false);
        return read is null || read.Value.Descriptor.Digest == digest ? read : throw Wrong($"manifests/{digest}", read.Value.Descriptor.Digest);
    }

    /// <summary>Reads a short blob, a configuration.</summary>
    /// <returns>Its bytes, which are of that digest; null where there is none or it is too long.</returns>
    public async Task<byte[]?> ReadConfigAsync(string digest, CancellationToken cancellation) => await ReadAsync(
        $"blobs/{digest}",
        [],
        async (response, stall) =>
        {
            var content = await RegistryAnswer.ReadAsync(response, LargestConfig, stall.Token).ConfigureAwait(false);
            return content is null || OciDigest.Of(content) == digest ? content : throw Wrong($"blobs/{digest}", OciDigest.Of(content));
        },
        cancellation).ConfigureAwait(false);

    /// <summary>Reads a blob through and checks that it is what its digest says; nothing is kept.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="received">Told of every piece, in bytes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RegistryException">It is not there, or something else is.</exception>
    public async Task CheckBlobAsync(OciDescriptor blob, Action<long> received, CancellationToken cancellation)
    {
        var path = $"blobs/{blob.Digest}";
        var digest = await ReadAsync(path, [], (response, stall) => HashAsync(response, blob, received, stall), cancellation).ConfigureAwait(false)
            ?? throw Missing(path);
        if (digest != blob.Digest)
        {
            throw Wrong(path, digest);
        }
    }

    /// <summary>Refuses any status but these.</summary>
    /// <exception cref="RegistryDeniedException">The status is 401 or 403.</exception>
    /// <exception cref="RegistryException">It is another.</exception>
    public async Task ExpectAsync(HttpResponseMessage response, string what, CancellationToken cancellation, params HttpStatusCode[] fine)
    {
        if (fine.Contains(response.StatusCode))
        {
            return;
        }

        var why = await RegistryAnswer.DescribeAsync(response, http.Credentials, cancellation).ConfigureAwait(false);
        throw response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized
            ? http.Denied(why, response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Path))
            : new RegistryException(what, response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Path), why);
    }

    /// <summary>Refuses an answer that says it stored something of another digest.</summary>
    /// <exception cref="RegistryException">It does.</exception>
    public void ExpectDigest(HttpResponseMessage response, string digest)
    {
        if (response.Headers.TryGetValues("Docker-Content-Digest", out var values) && values.FirstOrDefault() is { Length: > 0 } found && found != digest)
        {
            throw Wrong(response.RequestMessage!.RequestUri!.AbsolutePath, Shown.Text(found));
        }
    }

    /// <summary>The error for something that should be there and is not.</summary>
    public RegistryException Missing(string path) =>
        new($"{Name} lacks what was pushed to it", path, "it is not there any more", "run it again; if that does not help, the registry loses data");

    private static IReadOnlyList<string> AnyManifest =>
    [
        MediaTypes.Index, MediaTypes.Manifest, "application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.docker.distribution.manifest.v2+json",
    ];

    private RegistryException Wrong(string path, string digest) =>
        new($"{Name} holds something else than was pushed", path, $"its digest is {digest}", "run it again; if that does not help, something between here and the registry changes data");

    private async Task<bool> HasAsync(string path, OciDescriptor wanted, IReadOnlyList<string> accept, CancellationToken cancellation)
    {
        var address = await AddressAsync(path, cancellation).ConfigureAwait(false);
        using var response = await http.SendAsync(new RegistryRequest(HttpMethod.Head, address, Scope) { Accept = accept }, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        await ExpectAsync(response, $"{Name} does not say what it has", cancellation, HttpStatusCode.OK).ConfigureAwait(false);
        ExpectDigest(response, wanted.Digest);
        return response.Content.Headers.ContentLength is not { } length || length == wanted.Size;
    }

    private async Task<(OciDescriptor Descriptor, byte[] Content)?> ReadManifestAsync(string reference, IReadOnlyList<string> accept, CancellationToken cancellation)
    {
        var read = await ReadAsync(
            $"manifests/{reference}",
            accept,
            async (response, stall) =>
            {
                var content = await RegistryAnswer.ReadAsync(response, LargestManifest, stall.Token).ConfigureAwait(false)
                    ?? throw new RegistryException($"{Name} gives no manifest", reference, $"it is longer than {LargestManifest} bytes");
                return Tuple.Create(new OciDescriptor(response.Content.Headers.ContentType?.MediaType ?? string.Empty, OciDigest.Of(content), content.Length), content);
            },
            cancellation).ConfigureAwait(false);
        return read is null ? null : (read.Item1, read.Item2);
    }

    // Request and body are one attempt: a connection may be cut in either. What reads a long body tells the stall that it moves.
    private async Task<T?> ReadAsync<T>(
        string path, IReadOnlyList<string> accept, Func<HttpResponseMessage, CancellationTokenSource, Task<T>> read, CancellationToken cancellation)
        where T : class?
    {
        var address = await AddressAsync(path, cancellation).ConfigureAwait(false);
        return await http.RetryAsync(
            async token =>
            {
                using var response = await http.SendOnceAsync(new RegistryRequest(HttpMethod.Get, address, Scope) { Accept = accept }, token).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }

                await ExpectAsync(response, $"{Name} gives nothing back", token, HttpStatusCode.OK).ConfigureAwait(false);
                using var stall = CancellationTokenSource.CreateLinkedTokenSource(token);
                stall.CancelAfter(http.Policy.Retry.Stall);
                return await http.GuardAsync(address, () => read(response, stall), token).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
    }

    private async Task<string> HashAsync(HttpResponseMessage response, OciDescriptor blob, Action<long> received, CancellationTokenSource stall)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var stream = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        var buffer = new byte[ReadSize];
        var length = 0L;
        int count;
        try
        {
            while ((count = await stream.ReadAsync(buffer, stall.Token).ConfigureAwait(false)) > 0)
            {
                stall.CancelAfter(http.Policy.Retry.Stall);
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
