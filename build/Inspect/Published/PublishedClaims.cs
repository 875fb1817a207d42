using System.Globalization;
using System.Text.Json;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Published;

/// <summary>What a published image says of how it was made: its provenance (SLSA v1, docs/attestations.md), and the digests that a rebuild must have.</summary>
/// <param name="IndexDigest">The digest of the index without the attestations in it.</param>
/// <param name="Images">The digest of each platform's image.</param>
/// <param name="BuildType">The build type of the provenance; null if there is none.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Inputs">Its inputs that have a SHA-256, by name.</param>
internal sealed record PublishedClaims(
    string IndexDigest,
    IReadOnlyList<(Platform Platform, string Digest)> Images,
    string? BuildType,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters,
    IReadOnlyDictionary<string, string> Inputs)
{
    private static readonly JsonDocumentOptions _limits = new() { MaxDepth = 64 };

    /// <summary>The commit; null if it is not stated.</summary>
    public string? Commit { get; private init; }

    /// <summary>The dates of the Release files.</summary>
    public IReadOnlyList<DateTimeOffset> Dates { get; private init; } = [];

    /// <summary>Reads what is claimed. A provenance of another form, such as BuildKit's, claims nothing.</summary>
    /// <param name="layout">The image.</param>
    /// <param name="provenance">The provenance; null if there is none.</param>
    public static PublishedClaims Of(OciLayoutReader layout, ReadOnlyMemory<byte>? provenance)
    {
        var own = layout.Manifests.Where(manifest => !manifest.IsAttestation).ToList();
        var claims = new PublishedClaims(
            own.Count == layout.Manifests.Count ? layout.Index.Digest : OciDigest.Of(IndexWriter.Write(own, layout.Annotations, layout.Index.MediaType)),
            [.. KnownPlatforms.All.Select(platform => (platform, layout.Find(platform)?.Digest)).Where(pair => pair.Digest is not null).Select(pair => (pair.platform, pair.Digest!))],
            null,
            new Dictionary<string, IReadOnlyList<string>>(),
            new Dictionary<string, string>());
        try
        {
            return provenance is { } document ? claims.With(document) : claims;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return claims;
        }
    }

    /// <summary>The values of a parameter; none if it is not stated.</summary>
    public IReadOnlyList<string> Values(string parameter) => Parameters.GetValueOrDefault(parameter) ?? [];

    private PublishedClaims With(ReadOnlyMemory<byte> provenance)
    {
        using var json = JsonDocument.Parse(provenance, _limits);
        var definition = json.RootElement.GetProperty("buildDefinition");
        var inputs = definition.GetProperty("resolvedDependencies").EnumerateArray()
            .Select(input => (Name: input.GetProperty("name").GetString()!, Digest: input.GetProperty("digest"), Annotations: input.TryGetProperty("annotations", out var some) ? some : default)).ToList();
        return this with
        {
            BuildType = definition.GetProperty("buildType").GetString(),
            Parameters = definition.GetProperty("externalParameters").EnumerateObject()
                .ToDictionary(parameter => parameter.Name, parameter => (IReadOnlyList<string>)[.. parameter.Value.EnumerateArray().Select(value => value.GetString()!)], StringComparer.Ordinal),
            Inputs = inputs.Where(input => input.Digest.TryGetProperty("sha256", out _)).DistinctBy(input => input.Name).ToDictionary(input => input.Name, input => input.Digest.GetProperty("sha256").GetString()!, StringComparer.Ordinal),
            Commit = inputs.Where(input => input.Name == "project" && input.Digest.TryGetProperty("gitCommit", out _)).Select(input => SafeText.Text(input.Digest.GetProperty("gitCommit").GetString()!)).FirstOrDefault(),
            Dates = [.. inputs.Where(input => input.Name.StartsWith("Release ", StringComparison.Ordinal)).Select(input => DateTimeOffset.Parse(input.Annotations.GetProperty("date").GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal))],
        };
    }
}
