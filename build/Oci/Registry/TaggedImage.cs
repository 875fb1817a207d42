using System.Text.Json;
using BusyboxGlibc.Oci.Tags;

namespace BusyboxGlibc.Oci.Registry;

/// <summary>What a tag names in a registry.</summary>
/// <param name="Digest">The digest of its manifest or index.</param>
/// <param name="Identity">What the image says of itself; anybody may have pushed it.</param>
internal sealed record TaggedImage(string Digest, ImageIdentity Identity)
{
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 64 };

    /// <summary>Reads it.</summary>
    /// <returns>The image, or null where there is no such tag.</returns>
    /// <exception cref="RegistryException">The registry refused.</exception>
    public static async Task<TaggedImage?> ReadAsync(RepositoryClient repository, string tag, string ours, CancellationToken cancellation)
    {
        if (await repository.ReadTagAsync(tag, cancellation).ConfigureAwait(false) is not { } read)
        {
            return null;
        }

        // Our own image needs no question who it is.
        var identity = read.Descriptor.Digest == ours ? ImageIdentity.Of(OciJson.NoAnnotations, []) : await IdentifyAsync(repository, read.Content, cancellation).ConfigureAwait(false);
        return new TaggedImage(read.Descriptor.Digest, identity);
    }

    // The index says it in its annotations; other people's images at best in the labels of a configuration.
    private static async Task<ImageIdentity> IdentifyAsync(RepositoryClient repository, byte[] content, CancellationToken cancellation)
    {
        var top = Parts.Of(content);
        var identity = ImageIdentity.Of(top.Annotations, top.Platforms);
        if (identity.Busybox is null && top.FirstManifest is { } first && await repository.ReadManifestAsync(first, cancellation).ConfigureAwait(false) is { } manifest)
        {
            top = Parts.Of(manifest.Content);
            identity = ImageIdentity.Of(top.Annotations, identity.Platforms);
        }

        if (identity.Busybox is null && top.Config is { } config && await repository.ReadConfigAsync(config, cancellation).ConfigureAwait(false) is { } configuration)
        {
            var labels = Parts.Of(configuration);
            identity = ImageIdentity.Of(labels.Annotations, identity.Platforms.Count > 0 ? identity.Platforms : labels.Platforms);
        }

        return identity;
    }

    /// <summary>What a manifest, an index or a configuration says; whatever is malformed says nothing.</summary>
    private sealed record Parts(IReadOnlyDictionary<string, string> Annotations, IReadOnlyList<string> Platforms, string? FirstManifest, string? Config)
    {
        public static Parts Of(byte[] content)
        {
            try
            {
                using var document = JsonDocument.Parse(content, Limits);
                var root = document.RootElement;
                List<JsonElement> manifests = [.. Items(root, "manifests").Where(manifest => Platform(manifest) is not null)];
                var labels = Member(root, "config") is { } config && Member(config, "Labels") is { } found ? Texts(found) : null;
                return new Parts(
                    labels ?? (Member(root, "annotations") is { } annotations ? Texts(annotations) : OciJson.NoAnnotations),
                    manifests.Count > 0 ? [.. manifests.Select(Platform).OfType<string>()] : Spelled(root) is { } own ? [own] : [],
                    manifests.Select(manifest => Digest(manifest)).FirstOrDefault(),
                    Member(root, "config") is { } descriptor ? Digest(descriptor) : null);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                return new Parts(OciJson.NoAnnotations, [], null, null);
            }
        }

        private static string? Platform(JsonElement manifest) =>
            Member(manifest, "platform") is { } platform && Text(platform, "os") != "unknown" ? Spelled(platform) : null;

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
