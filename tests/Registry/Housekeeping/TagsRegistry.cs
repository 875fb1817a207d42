using System.Net;
using System.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Housekeeping;

namespace BusyboxGlibc.Tests.Registry.Housekeeping;

/// <summary>The part of a registry that lists, reads and deletes manifests, in memory; each way of a registry in the world is a switch.</summary>
internal sealed class TagsRegistry : HttpMessageHandler
{
    public const string Repository = "acme/busybox";
    public const string SourcesType = "application/vnd.busybox-glibc.sources.v1";
    public const string SignatureKey = "dev.sigstore.bundle.content";

    private readonly System.Threading.Lock _gate = new();
    private int _open;

    public SortedDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, (string Type, byte[] Content)> Manifests { get; } = [];

    /// <summary>The referrers of a digest; null for a registry that lists none.</summary>
    public Dictionary<string, string>? Referrers { get; set; }

    public int Page { get; set; } = 1000;

    /// <summary>Makes the Link of a page out of the cursor.</summary>
    public Func<string, string> Link { get; set; } = cursor => $"</v2/{Repository}/tags/list?n=100&last={cursor}>; rel=\"next\"";

    /// <summary>Answers in place of the registry.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> Rule { get; set; } = _ => null;

    /// <summary>nora: a tag stays when its manifest was deleted by its digest.</summary>
    public bool KeepsTags { get; set; }

    public List<string> Seen { get; } = [];

    public int MostOpen { get; private set; }

    public IEnumerable<string> Deleted => Seen.Where(request => request.StartsWith("DELETE ", StringComparison.Ordinal)).Select(request => request[(request.LastIndexOf('/') + 1)..]);

    /// <summary>Adds an image of this build.</summary>
    /// <returns>The digest of its index.</returns>
    public string Image(string day, string version, IReadOnlyList<string> tags, string? variant = null, string extra = "", string locked = "")
    {
        var part = Add(MediaTypes.Manifest, $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.Manifest}}","config":{"mediaType":"{{MediaTypes.Config}}","digest":"{{Digest($"config {day}{extra}")}}","size":2},"layers":[]}""");
        var annotations = $"\"io.github.busybox-glibc.busybox.version\":\"{version}\",\"io.github.busybox-glibc.glibc.version\":\"2.41\",\"org.opencontainers.image.version\":\"{version}-glibc-debian13\",\"org.opencontainers.image.created\":\"{day}T00:00:00Z\""
            + (variant is null ? string.Empty : $",\"io.github.busybox-glibc.variant\":\"{variant}\"") + (locked.Length == 0 ? string.Empty : $",\"io.github.busybox-glibc.lock.digest\":\"{locked}\"");
        var index = Add(MediaTypes.Index, $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.Index}}","manifests":[{"mediaType":"{{MediaTypes.Manifest}}","digest":"{{part}}","size":{{Manifests[part].Content.Length}},"platform":{"os":"linux","architecture":"amd64"} }],"annotations":{ {{annotations}} } }""");
        foreach (var tag in tags)
        {
            Tags[tag] = index;
        }

        return index;
    }

    /// <summary>Adds a manifest.</summary>
    public string Add(string type, string json, string? tag = null)
    {
        var content = Encoding.UTF8.GetBytes(json);
        var digest = OciDigest.Of(content);
        Manifests[digest] = (type, content);
        if (tag is not null)
        {
            Tags[tag] = digest;
        }

        return digest;
    }

    public static string Digest(string text) => OciDigest.Of(Encoding.UTF8.GetBytes(text));

    // The handler of a test serves several clients: disposing of it does nothing.
    public async Task<T> UseAsync<T>(Func<RepositoryClient, TagSurvey, Task<T>> act, string host = "registry.example", RegistryCredentials? credentials = null)
    {
        using var places = new OpenPlaces([new PublishPlace(RegistryHost.Of(host, []), Repository, RegistryAccount.Of(credentials))], _ => this, RegistryImages.Policy, _ => { });
        var client = places.Groups[0][0];
        return await act(client, new TagSurvey(client, SourcesType, SignatureKey));
    }

    public Task<ListedRepository> SurveyAsync() => UseAsync((_, survey) => survey.ReadAsync(CancellationToken.None));

    public static HttpResponseMessage Error(int status, string code, string message) => new((HttpStatusCode)status)
    {
        Content = new StringContent($$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}""", Encoding.UTF8, "application/json"),
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            MostOpen = Math.Max(MostOpen, ++_open);
            Seen.Add($"{request.Method} {request.RequestUri!.PathAndQuery}");
        }

        await Task.Delay(1, cancellationToken);
        lock (_gate)
        {
            _open--;
            var answer = Rule(request) ?? Answer(request, request.RequestUri.AbsolutePath);
            answer.RequestMessage ??= request;
            return answer;
        }
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (path.EndsWith("/tags/list", StringComparison.Ordinal))
        {
            return List(request.RequestUri!);
        }

        if (path.Contains("/referrers/", StringComparison.Ordinal))
        {
            return Referrers is null ? Error(404, "NOT_FOUND", "page not found") : Said(MediaTypes.Index, Encoding.UTF8.GetBytes(Referrers.GetValueOrDefault(name, """{"schemaVersion":2,"manifests":[]}""")));
        }

        var digest = name.StartsWith(OciDigest.Prefix, StringComparison.Ordinal) ? name : Tags.GetValueOrDefault(name, string.Empty);
        if (!path.Contains("/manifests/", StringComparison.Ordinal) || !Manifests.TryGetValue(digest, out var manifest))
        {
            return Error(404, "MANIFEST_UNKNOWN", "manifest unknown");
        }

        if (request.Method == HttpMethod.Delete)
        {
            if (name == digest)
            {
                if (!KeepsTags)
                {
                    Manifests.Remove(digest);
                    Tags.Where(pair => pair.Value == digest).ToList().ForEach(pair => Tags.Remove(pair.Key));
                }
            }
            else
            {
                Tags.Remove(name);
            }

            return new HttpResponseMessage(HttpStatusCode.Accepted);
        }

        return Said(manifest.Type, manifest.Content);
    }

    private HttpResponseMessage List(Uri address)
    {
        var last = Uri.UnescapeDataString(address.Query.Split('&', '?').FirstOrDefault(part => part.StartsWith("last=", StringComparison.Ordinal))?[5..] ?? string.Empty);
        var all = Tags.Keys.Where(tag => string.CompareOrdinal(tag, last) > 0).ToList();
        var answer = Said("application/json", Encoding.UTF8.GetBytes($$"""{"name":"{{Repository}}","tags":{{(all.Count == 0 && last.Length == 0 ? "null" : $"[{string.Join(',', all.Take(Page).Select(tag => $"\"{tag}\""))}]")}}}"""));
        if (all.Count > Page)
        {
            answer.Headers.TryAddWithoutValidation("Link", Link(all[Page - 1]));
        }

        return answer;
    }

    private static HttpResponseMessage Said(string type, byte[] content) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(content) { Headers = { { "Content-Type", type } } } };
}
