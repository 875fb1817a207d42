namespace BusyboxGlibc.Oci.Layout;

/// <summary>Writes an image manifest (OCI manifest.md), or Docker's, which has the same members.</summary>
internal static class ManifestWriter
{
    /// <summary>The manifest's bytes; equal arguments give equal bytes.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="mediaType">Its media type.</param>
    public static byte[] Write(OciManifest manifest, string mediaType = MediaTypes.Manifest) => OciJson.Object(json =>
    {
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", mediaType);
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
