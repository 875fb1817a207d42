namespace BusyboxGlibc.Oci.Layout;

/// <summary>The names inside a layout (OCI image-layout.md).</summary>
internal static class OciLayoutFiles
{
    /// <summary>The file that marks a folder as a layout.</summary>
    public const string Marker = "oci-layout";

    /// <summary>The content of the marker.</summary>
    public const string MarkerText = """{"imageLayoutVersion":"1.0.0"}""";

    /// <summary>The entry point.</summary>
    public const string Index = "index.json";

    /// <summary>The list for engines that do not support layouts (the format of docker save).</summary>
    public const string DockerManifest = "manifest.json";

    /// <summary>The folder of blobs.</summary>
    public const string Blobs = "blobs";

    /// <summary>The folder of blobs named by SHA-256.</summary>
    public const string Sha256 = "sha256";

    /// <summary>A blob's path in the layout, with slashes.</summary>
    public static string BlobPath(string digest) => $"{Blobs}/{Sha256}/{OciDigest.Hex(digest)}";
}
