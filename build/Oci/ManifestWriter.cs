namespace BusyboxGlibc.Oci;

/// <summary>Writes an image manifest (OCI manifest.md).</summary>
public static class ManifestWriter
{
    /// <summary>The manifest's bytes; equal manifests give equal bytes.</summary>
    public static byte[] Write(OciManifest manifest) => OciJson.Object(json =>
    {
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", MediaTypes.Manifest);
        if (manifest.ArtifactType is not null)
        {
            json.WriteString("artifactType", manifest.ArtifactType);
        }

        json.WritePropertyName("config");
        manifest.Config.Write(json);
        json.WriteStartArray("layers");
        foreach (var layer in manifest.Layers)
        {
            layer.Write(json);
        }

        json.WriteEndArray();
        if (manifest.Subject is not null)
        {
            json.WritePropertyName("subject");
            manifest.Subject.Write(json);
        }

        OciJson.WriteMap(json, "annotations", manifest.Annotations);
    });
}
