using System.Net;
using System.Text.Json;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry;

/// <content>The list of tags, and what is deleted.</content>
internal sealed partial class RepositoryClient
{
    private const int PageSize = 1000;
    private const int LargestPage = 16 << 20;
    private const int MostPages = 2000;
    private const int MostTags = 100_000;

    /// <summary>The scope for deleting, an action of its own at most registries (distribution, auth scope; IBM's and Azure's require it). Some deny all of it to an account that lacks one part, so no push is asked for.</summary>
    private string DeleteScope => $"repository:{repository}:pull,delete";

    /// <summary>Lists all tags, page by page (distribution-spec, listing tags).</summary>
    /// <returns>The tags in ordinal order; null if the registry does not have the repository.</returns>
    /// <exception cref="RegistryException">The registry does not respond, or a page is not a list of tags.</exception>
    public async Task<IReadOnlyList<string>?> ListTagsAsync(CancellationToken cancellation)
    {
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var address = await AddressAsync($"tags/list?n={PageSize}", cancellation);
        for (var page = 0; page < MostPages && asked.Add(address.AbsoluteUri); page++)
        {
            var (answer, found) = await ReadPageAsync(address, cancellation);
            if (answer == HttpStatusCode.NotFound)
            {
                return page == 0 ? null : [.. tags];
            }

            if (answer == HttpStatusCode.BadRequest && page == 0)
            {
                // Some set a lower limit, and refuse what is above it (distribution 3, maxtags).
                address = await AddressAsync("tags/list", cancellation);
                continue;
            }

            tags.UnionWith(found.Tags.Where(ImageReference.IsTag));
            if (tags.Count > MostTags)
            {
                throw new RegistryException($"{Name} has too many tags", why: $"more than {MostTags} are not listed");
            }

            if (found.Next is not { } next)
            {
                break;
            }

            address = next;
        }

        return [.. tags];
    }

    /// <summary>Reads the manifest of a tag or digest if it can be read.</summary>
    /// <returns>Null if it does not exist.</returns>
    /// <exception cref="RegistryException">It cannot be read.</exception>
    public Task<(OciDescriptor Descriptor, byte[] Content)?> FindManifestAsync(string reference, CancellationToken cancellation) => ReadManifestAsync(reference, AnyManifest, cancellation);

    /// <summary>Deletes a manifest by its digest, or a tag (distribution-spec, content management).</summary>
    /// <param name="reference">The digest, or the tag.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The registry's refusal if it does not delete in this way at all; null if it was deleted, or did not exist.</returns>
    /// <exception cref="RegistryException">The registry deletes in this way, but not this.</exception>
    public async Task<RegistryException?> DeleteAsync(string reference, CancellationToken cancellation)
    {
        var address = await AddressAsync($"manifests/{reference}", cancellation);
        using var response = await http.SendAsync(new RegistryRequest(HttpMethod.Delete, address, DeleteScope), cancellation);
        if (response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return null;
        }

        var answer = await RegistryAnswer.OfAsync(response, cancellation);
        var error = Refusal(answer, address, $"{Name} does not delete {reference}", DeleteAdvice.Of(http.Host, repository));
        var isWay = response.StatusCode is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented || answer.Errors.Any(one => one.Code is "UNSUPPORTED" or "DIGEST_INVALID" or "TAG_INVALID");
        return isWay ? new RegistryException(error.What, error.Where, error.Why, DeleteAdvice.Of(http.Host, repository), error) : throw error;
    }

    private async Task<(HttpStatusCode Status, (IReadOnlyList<string> Tags, Uri? Next) Page)> ReadPageAsync(Uri address, CancellationToken cancellation) =>
        await http.Endpoint.Patience.RetryAsync(
            async token =>
            {
                using var response = await http.SendAsync(new RegistryRequest(HttpMethod.Get, address, Scope) { Once = true }, token);
                if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
                {
                    return (response.StatusCode, ([], null));
                }

                if (!response.IsSuccessStatusCode)
                {
                    throw await RefusedAsync(response, $"{Name} does not list its tags", token);
                }

                using var stall = new Stall(http.Policy.Retry.Stall, token);
                var content = await http.Endpoint.GuardAsync(address, () => RegistryAnswer.ReadAsync(response, LargestPage, stall.Token), token)
                    ?? throw new RegistryException($"{Name} returns no list of tags", address.WithoutQuery(), $"it is longer than {LargestPage} bytes");
                return (response.StatusCode, (Parse(content, address), NextOf(response, address)));
            },
            cancellation);

    // Without tags it is null (distribution), or absent.
    private List<string> Parse(byte[] content, Uri address)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return document.RootElement.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array ? [.. tags.EnumerateArray().Select(tag => tag.GetString() ?? string.Empty)] : [];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new RegistryException($"{Name} returns no list of tags", address.WithoutQuery(), SafeText.Text(error.Message), inner: error);
        }
    }

    // The whole of what follows the host is the registry's own cursor: nothing in it may be made up (RFC 8288; Amazon's public registry answers 405 to a tag in its place). The host is
    // kept: a proxy before the registry may not have told it the name and scheme that we use, and credentials go nowhere else.
    private static Uri? NextOf(HttpResponseMessage response, Uri address)
    {
        foreach (var link in response.Headers.TryGetValues("Link", out var values) ? values.SelectMany(value => value.Split(",<").Select((part, index) => index == 0 ? part : "<" + part)) : [])
        {
            var (open, close) = (link.IndexOf('<', StringComparison.Ordinal), link.IndexOf('>', StringComparison.Ordinal));
            if (open >= 0 && close > open && link[close..].Replace("\"", string.Empty, StringComparison.Ordinal).Contains("rel=next", StringComparison.OrdinalIgnoreCase)
                && Uri.TryCreate(address, link[(open + 1)..close], out var next) && next.AbsolutePath.StartsWith("/v2/", StringComparison.Ordinal))
            {
                return new Uri(new Uri(address.GetLeftPart(UriPartial.Authority)), next.PathAndQuery);
            }
        }

        return null;
    }
}
