using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry.Attachments;

/// <summary>Writes the configuration of an image in which cosign stores signatures. Its layers are no file systems, so it says of itself only what a registry checks.</summary>
internal static class CosignImage
{
    /// <summary>The configuration's bytes.</summary>
    /// <param name="layers">The layers; their digests are those of the uncompressed content.</param>
    public static byte[] Config(IEnumerable<OciDescriptor> layers) => OciJson.Object(json =>
    {
        json.WriteString("architecture", string.Empty);
        json.WriteString("os", string.Empty);
        json.WriteString("created", "0001-01-01T00:00:00Z");
        json.WriteStartObject("config");
        json.WriteEndObject();
        json.WriteStartObject("rootfs");
        json.WriteString("type", "layers");
        OciJson.WriteList(json, "diff_ids", layers.Select(layer => layer.Digest));
        json.WriteEndObject();
    });
}
