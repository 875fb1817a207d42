using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Supply.Vault;

/// <summary>The artifact that a vault is.</summary>
internal static class VaultArtifact
{
    /// <summary>Its type.</summary>
    public const string Type = "application/vnd.busybox-glibc.vault.v1";

    /// <summary>The annotation with the checksum of the lock that it was made for.</summary>
    public const string LockKey = "io.github.busybox-glibc.lock.sha256";

    /// <summary>The files of a vault by their path; of a path that occurs twice, the first.</summary>
    public static IReadOnlyDictionary<string, OciDescriptor> Titles(OciManifest manifest) => manifest.Layers
        .Where(layer => layer.Annotations.ContainsKey(FileArtifact.TitleKey))
        .DistinctBy(layer => layer.Annotations[FileArtifact.TitleKey], StringComparer.Ordinal)
        .ToDictionary(layer => layer.Annotations[FileArtifact.TitleKey], StringComparer.Ordinal);
}
