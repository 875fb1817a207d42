using System.Text.Json;
using BusyboxGlibc.Tests.Configuration;
using Json.Schema;

namespace BusyboxGlibc.Tests.Attestations.Sbom;

/// <summary>The schemas of the specifications.</summary>
internal static class SbomSchemas
{
    private static readonly Lazy<JsonSchema> _spdx = new(() => Read("spdx-2.3.schema.json"));

    private static readonly Lazy<JsonSchema> _cycloneDx = new(() =>
    {
        _ = Read("spdx.schema.json");
        _ = Read("jsf-0.82.schema.json");
        return Read("bom-1.6.schema.json");
    });

    /// <summary>What a schema finds wrong with a document; nothing if it is valid.</summary>
    public static IReadOnlyList<string> Faults(byte[] document)
    {
        using var json = JsonDocument.Parse(document);
        var schema = json.RootElement.TryGetProperty("spdxVersion", out _) ? _spdx.Value : _cycloneDx.Value;
        var results = schema.Evaluate(json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid ? [] : [.. (results.Details ?? []).Where(one => one.Errors is not null).SelectMany(one => one.Errors!.Select(error => $"{one.InstanceLocation}: {error.Value}"))];
    }

    private static JsonSchema Read(string name) => JsonSchema.FromText(File.ReadAllText(ProjectFiles.Path($"tests/Data/Sbom/{name}")));
}
