using System.Text.Json;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Attestations.Provenance;

/// <summary>Writes how an image was built as SLSA provenance v1 (https://slsa.dev/spec/v1.0/provenance).</summary>
internal static class ProvenancePredicate
{
    /// <summary>What the parameters mean; described in docs/attestations.md.</summary>
    public const string BuildType = "urn:busybox-glibc:build:1";

    private const string Builder = "urn:busybox-glibc:builder:";

    /// <summary>The predicate. No field depends on the clock or the machine: invocation id, start and end are left out, which the specification allows.</summary>
    public static byte[] Of(BuildRecord record) => OciJson.Object(json =>
    {
        json.WriteStartObject("buildDefinition");
        json.WriteString("buildType", BuildType);
        json.WriteStartObject("externalParameters");
        foreach (var (name, values) in record.Parameters)
        {
            json.Texts(name, values);
        }

        json.Texts("relaxedChecks", record.Relaxed);
        json.WriteEndObject();
        json.WriteStartObject("internalParameters");
        json.WriteNumber("slsaBuildLevel", record.Level);
        json.WriteEndObject();
        json.List("resolvedDependencies", record.Inputs, input => Write(json, input));
        json.WriteEndObject();
        json.WriteStartObject("runDetails");
        json.WriteStartObject("builder");
        json.WriteString("id", Builder + (record.IsCi ? "ci" : "local"));
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, BuildInput input)
    {
        json.WriteString("name", input.Name);
        if (input.Uri is not null)
        {
            json.WriteString("uri", input.Uri);
        }

        json.WriteStartObject("digest");
        json.WriteString(input.Algorithm, input.Digest);
        json.WriteEndObject();
        if (input.Annotations.Count > 0)
        {
            OciJson.WriteMap(json, "annotations", input.Annotations);
        }
    }
}
