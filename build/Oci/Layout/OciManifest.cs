namespace BusyboxGlibc.Oci.Layout;

/// <summary>An image manifest, or an artifact in the same form (OCI manifest.md).</summary>
/// <param name="Config">The configuration.</param>
/// <param name="Layers">The layers, lowest first.</param>
internal sealed record OciManifest(OciDescriptor Config, IReadOnlyList<OciDescriptor> Layers)
{
    /// <summary>Annotations, written in ordinal order of their keys.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = OciJson.NoAnnotations;

    /// <summary>The kind of an artifact; null for an image.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>The manifest that an artifact describes; null for an image.</summary>
    public OciDescriptor? Subject { get; init; }
}
