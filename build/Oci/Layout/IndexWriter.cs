namespace BusyboxGlibc.Oci.Layout;

/// <summary>Writes an image index (OCI image-index.md): the one for all platforms, and the layout's <c>index.json</c>.</summary>
internal static class IndexWriter
{
    /// <summary>The index's bytes; equal arguments give equal bytes.</summary>
    /// <param name="manifests">The listed manifests, in the order written.</param>
    /// <param name="annotations">The annotations of the index; may be empty.</param>
    /// <param name="mediaType">Its media type.</param>
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
