namespace BusyboxGlibc.Oci.Layout;

/// <summary>Writes an image index (OCI image-index.md): the one over all platforms, and the layout's <c>index.json</c>.</summary>
internal static class IndexWriter
{
    /// <summary>The index's bytes; equal arguments give equal bytes.</summary>
    /// <param name="manifests">What it lists, in the order written.</param>
    /// <param name="annotations">Annotations of the index; none where empty.</param>
    /// <param name="mediaType">What it says it is.</param>
    public static byte[] Write(IReadOnlyList<OciDescriptor> manifests, IReadOnlyDictionary<string, string> annotations, string mediaType = MediaTypes.Index) =>
        OciJson.Object(json =>
        {
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", mediaType);
            OciJson.WriteMap(json, "annotations", annotations);
            json.WriteStartArray("manifests");
            foreach (var manifest in manifests)
            {
                manifest.Write(json);
            }

            json.WriteEndArray();
        });
}
