using System.Text;
using System.Text.Json;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>The manifests and tags of the registry that plays others, and its tokens.</summary>
internal sealed partial class PlayingRegistry
{
    private async Task<PlayedAnswer> PutManifestAsync(PlayedRequest request, string repository, string reference)
    {
        using var content = new MemoryStream();
        await request.CopyToAsync(content, End);
        var (bytes, type) = (content.ToArray(), request.Headers["Content-Type"]);
        using var json = JsonDocument.Parse(bytes);
        if (Judge(type, json.RootElement) is { } refusal)
        {
            return refusal;
        }

        var digest = OciDigest.Of(bytes);
        var isTag = !reference.StartsWith("sha256:", StringComparison.Ordinal);
        if (OneTagAtATime is { } one && isTag)
        {
            var isAlone = Interlocked.Increment(ref _tagging) == 1;
            await Task.Delay(50, End);
            Interlocked.Decrement(ref _tagging);
            if (!isAlone)
            {
                if (one.Keeps)
                {
                    Tag(repository, reference, digest);
                }

                return PlayedAnswer.Of(500, one.Body, ("Content-Type", "application/json"));
            }
        }

        var lacking = Named(json.RootElement).Where(name => Ghosts.Contains(name) || !File.Exists(BlobPath(repository, name)) && !_manifests.ContainsKey($"{repository}@{name}")).ToList();
        if (lacking.Count > 0)
        {
            return PlayedAnswer.Error(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", $"\"{lacking[0]}\"");
        }

        _manifests.TryAdd($"{repository}@{digest}", (type, bytes, DateTime.UtcNow));
        if (isTag)
        {
            Tag(repository, reference, digest);
        }

        return ListsReferrers && json.RootElement.TryGetProperty("subject", out var about)
            ? PlayedAnswer.Of(ManifestStatus, headers: [("Docker-Content-Digest", digest), ("OCI-Subject", about.GetProperty("digest").GetString()!)])
            : PlayedAnswer.Of(ManifestStatus, headers: ("Docker-Content-Digest", digest));
    }

    private PlayedAnswer Referrers(string repository, string subject)
    {
        var found = new List<object>();
        foreach (var (name, manifest) in _manifests.Where(entry => entry.Key.StartsWith(repository + "@", StringComparison.Ordinal)))
        {
            using var json = JsonDocument.Parse(manifest.Content);
            if (json.RootElement.TryGetProperty("subject", out var about) && about.GetProperty("digest").GetString() == subject)
            {
                found.Add(new
                {
                    mediaType = manifest.MediaType,
                    digest = name[(repository.Length + 1)..],
                    size = manifest.Content.Length,
                    artifactType = json.RootElement.GetProperty("artifactType").GetString(),
                    annotations = JsonSerializer.Deserialize<Dictionary<string, string>>(json.RootElement.GetProperty("annotations")),
                });
            }
        }

        return PlayedAnswer.Of(200, JsonSerializer.Serialize(new { schemaVersion = 2, mediaType = MediaTypes.Index, manifests = found }), ("Content-Type", MediaTypes.Index));
    }

    private void Tag(string repository, string tag, string digest)
    {
        var history = _tags.GetOrAdd($"{repository}:{tag}", _ => []);
        lock (history)
        {
            history.Add((digest, DateTime.UtcNow));
        }
    }

    private PlayedAnswer Absent(string code, string message) => DeniesAbsent ? PlayedAnswer.Error(403, "DENIED", "requested access to the resource is denied") : PlayedAnswer.Error(404, code, message);

    // A service of tokens at /token of the same server; null where the request has one.
    private PlayedAnswer? TokenAnswer(PlayedRequest request, int count, int status) =>
        request.Path == "/token" ? Interlocked.Increment(ref _tokensAsked) <= count ? PlayedAnswer.Of(status, "404 page") : PlayedAnswer.Of(200, """{"token":"let-me-in"}""")
        : request.Headers.TryGetValue("Authorization", out var header) && header == "Bearer let-me-in" ? null
        : PlayedAnswer.Of(401, headers: ("WWW-Authenticate", $"Bearer realm=\"http://{Name}/token\",service=\"played\""));

    private PlayedAnswer Manifest(string repository, string reference)
    {
        var digest = reference;
        if (!reference.StartsWith("sha256:", StringComparison.Ordinal))
        {
            if (!_tags.TryGetValue($"{repository}:{reference}", out var history))
            {
                if (DeniesAbsent)
                {
                    return Absent("MANIFEST_UNKNOWN", "manifest unknown");
                }

                return PlayedAnswer.Error(AbsentStatus, AbsentStatus == 404 ? "MANIFEST_UNKNOWN" : "DENIED", "requested access to the resource is denied");
            }

            lock (history)
            {
                digest = history.LastOrDefault(entry => entry.Since + Lag <= DateTime.UtcNow).Digest ?? string.Empty;
            }
        }

        return _manifests.TryGetValue($"{repository}@{digest}", out var found) && found.Since + Lag <= DateTime.UtcNow && (!HidesUntagged || IsLedTo(repository, digest))
            ? new PlayedAnswer(200, found.Content) { Headers = TellsNothing ? new() { ["Content-Type"] = found.MediaType } : new() { ["Content-Type"] = found.MediaType, ["Docker-Content-Digest"] = digest } }
            : Absent("MANIFEST_UNKNOWN", "manifest unknown");
    }

    // Whether a tag names it, or an index that a tag names.
    private bool IsLedTo(string repository, string digest)
    {
        var named = _tags.Where(entry => entry.Key.StartsWith(repository + ":", StringComparison.Ordinal)).Select(entry => entry.Value[^1].Digest).ToList();
        return named.Contains(digest) || named.Any(index => Encoding.UTF8.GetString(_manifests[$"{repository}@{index}"].Content).Contains(digest, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Named(JsonElement manifest)
    {
        IEnumerable<JsonElement> Items(string name) => manifest.TryGetProperty(name, out var items) ? items.EnumerateArray() : [];
        return Items("layers").Concat(Items("manifests")).Concat(manifest.TryGetProperty("config", out var config) ? [config] : []).Select(item => item.GetProperty("digest").GetString()!);
    }
}
