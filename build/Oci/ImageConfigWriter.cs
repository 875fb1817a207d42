namespace BusyboxGlibc.Oci;

/// <summary>Writes the image configuration (OCI config.md).</summary>
public static class ImageConfigWriter
{
    /// <summary>The configuration's bytes; equal arguments give equal bytes.</summary>
    /// <param name="spec">What the image says of itself.</param>
    /// <param name="diffId">The digest of its one layer's tar, uncompressed.</param>
    /// <exception cref="OciException">The time or the digest is not one.</exception>
    public static byte[] Write(ImageSpec spec, string diffId)
    {
        _ = OciDigest.Hex(diffId);
        var created = Rfc3339.FromEpoch(spec.Epoch);
        return OciJson.Object(json =>
        {
            json.WriteString("architecture", spec.Platform.Architecture);
            if (spec.Platform.Variant is not null)
            {
                json.WriteString("variant", spec.Platform.Variant);
            }

            json.WriteString("os", Configuration.Platform.Os);

            json.WriteStartObject("config");
            OciJson.WriteList(json, "Env", spec.Environment);
            OciJson.WriteList(json, "Cmd", ImageSpec.Command);
            OciJson.WriteMap(json, "Labels", spec.Labels);
            json.WriteEndObject();

            json.WriteStartObject("rootfs");
            json.WriteString("type", "layers");
            OciJson.WriteList(json, "diff_ids", [diffId]);
            json.WriteEndObject();

            json.WriteStartArray("history");
            json.WriteStartObject();
            json.WriteString("created", created);
            json.WriteString("created_by", spec.CreatedBy);
            json.WriteEndObject();
            json.WriteEndArray();

            json.WriteString("created", created);
        });
    }
}
