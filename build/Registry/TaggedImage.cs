using System.Globalization;
using System.Text.Json;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Registry;

/// <summary>The image that a tag names in a registry.</summary>
/// <param name="Digest">The digest of its manifest or index; null if the tag does not exist, or if this is not known.</param>
/// <param name="Identity">The identity that the image states; it may have been pushed by anyone.</param>
internal sealed record TaggedImage(string? Digest, ImageIdentity Identity)
{
    private static readonly JsonDocumentOptions _limits = new() { MaxDepth = 64 };

    private static ImageIdentity Nobody => ImageIdentity.Of(OciJson.NoAnnotations, []);

    /// <summary>Why the image is not known; null if it is known.</summary>
    public string? Unknown { get; private init; }

    /// <summary>Whether the state of the tag is known, including that it does not exist.</summary>
    public bool IsKnown => Unknown is null;

    /// <summary>
    /// Reads the images that tags name. Some registries answer for an absent tag or repository as for one without access (401, 403) or as for an
    /// invalid request (400): then the state is not known. This is not an error, because the push shows whether the account has permission.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="tags">The tags.</param>
    /// <param name="isOurs">Whether a digest belongs to the image being pushed, whose identity need not be read.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="RegistryException">The registry does not respond, or the response is not a valid manifest.</exception>
    public static async Task<IReadOnlyDictionary<string, TaggedImage>> ReadAllAsync(
        RepositoryClient repository, IReadOnlyList<ImageTag> tags, Func<string?, bool> isOurs, CancellationToken cancellation)
    {
        var found = new TaggedImage[tags.Count];
        string? denied = null;
        await RepositoryUpload.EachAsync(
            [.. Enumerable.Range(0, tags.Count)],
            async (index, token) =>
            {
                // After one denied request, no further requests are sent for each tag.
                if (denied is not null)
                {
                    found[index] = new TaggedImage(null, Nobody) { Unknown = denied };
                    return;
                }

                try
                {
                    found[index] = await ReadAsync(repository, tags[index].Name, isOurs, token);
                }
                catch (RegistryException error) when (error is RegistryDeniedException || error.Status == 400)
                {
                    found[index] = new TaggedImage(null, Nobody) { Unknown = denied = error.Why ?? error.What };
                }
            },
            repository.Http.Policy.Jobs,
            cancellation);
        return tags.Index().ToDictionary(pair => pair.Item.Name, pair => found[pair.Index], StringComparer.Ordinal);
    }

    private static async Task<TaggedImage> ReadAsync(RepositoryClient repository, string tag, Func<string?, bool> isOurs, CancellationToken cancellation)
    {
        if (await repository.ReadTagAsync(tag, cancellation) is not { } read)
        {
            return new TaggedImage(null, Nobody);
        }

        var identity = isOurs(read.Descriptor.Digest) ? Nobody : await IdentifyAsync(repository, read.Content, cancellation);
        return new TaggedImage(read.Descriptor.Digest, identity);
    }

    /// <summary>Reads the identity of an image: our index states it in its annotations; other images at best in the labels of a configuration.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="content">The manifest or index.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    internal static async Task<ImageIdentity> IdentifyAsync(RepositoryClient repository, byte[] content, CancellationToken cancellation)
    {
        var top = Parts.Of(content);
        var identity = ImageIdentity.Of(top.Annotations, top.Platforms);
        if (identity.Busybox is null && top.FirstManifest is { } first && await repository.ReadManifestAsync(first, cancellation) is { } manifest)
        {
            top = Parts.Of(manifest.Content);
            identity = ImageIdentity.Of(top.Annotations, identity.Platforms);
        }

        if (identity.Busybox is null && top.Config is { } config && await repository.ReadConfigAsync(config, cancellation) is { } configuration)
        {
            var labels = Parts.Of(configuration);
            identity = ImageIdentity.Of(labels.Annotations, identity.Platforms.Count > 0 ? identity.Platforms : labels.Platforms) is var named && named.Created is null ? named with { Created = labels.Created } : named;
        }

        return identity;
    }

    /// <summary>Parses the identity in a manifest, an index or a configuration; malformed data is ignored.</summary>
    private sealed record Parts(IReadOnlyDictionary<string, string> Annotations, IReadOnlyList<string> Platforms, string? FirstManifest, string? Config)
    {
        /// <summary>The date of a configuration (OCI config.md, created).</summary>
        public DateOnly? Created { get; private init; }

        public static Parts Of(byte[] content)
        {
            try
            {
                using var document = JsonDocument.Parse(content, _limits);
                var root = document.RootElement;
                List<JsonElement> manifests = [.. Items(root, "manifests").Where(manifest => Platform(manifest) is not null)];
                var labels = Member(root, "config") is { } config && Member(config, "Labels") is { } found ? Texts(found) : null;
                return new Parts(
                    labels ?? (Member(root, "annotations") is { } annotations ? Texts(annotations) : OciJson.NoAnnotations),
                    manifests.Count > 0 ? [.. manifests.Select(Platform).OfType<string>()] : Spelled(root) is { } own ? [own] : [],
                    manifests.Select(manifest => Digest(manifest)).FirstOrDefault(),
                    Member(root, "config") is { } descriptor ? Digest(descriptor) : null)
                {
                    Created = DateTimeOffset.TryParse(Text(root, "created"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? DateOnly.FromDateTime(time.UtcDateTime) : null,
                };
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                return new Parts(OciJson.NoAnnotations, [], null, null);
            }
        }

        // Entries that are no images: attestations, and artifacts, which some tools give an empty platform.
        private static string? Platform(JsonElement manifest) =>
            Member(manifest, "platform") is { } platform && Text(platform, "os") is not ("unknown" or "") ? Spelled(platform) : null;

        private static string? Spelled(JsonElement platform) =>
            Text(platform, "os") is { } os && Text(platform, "architecture") is { } architecture
                ? new OciPlatform(os, architecture, Text(platform, "variant") is { Length: > 0 } variant ? variant : null).ToString()
                : null;

        private static string? Digest(JsonElement descriptor) => Text(descriptor, "digest") is { } digest && OciDigest.IsValid(digest) ? digest : null;

        private static JsonElement? Member(JsonElement element, string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

        private static string? Text(JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

        private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
            Member(element, name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

        private static Dictionary<string, string> Texts(JsonElement element) => element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String)
                .GroupBy(member => member.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().Value.GetString()!, StringComparer.Ordinal)
            : [];
    }
}
