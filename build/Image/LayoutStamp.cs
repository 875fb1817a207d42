using System.Globalization;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Image;

/// <summary>
/// Records the inputs that the layout was packed from, and the index that passed Verify, in files next to it. The digest of the index identifies
/// the whole layout, so a verification stays valid as long as the blobs match their digests.
/// </summary>
/// <param name="layoutFolder">The layout.</param>
internal sealed class LayoutStamp(string layoutFolder)
{
    private string PackedPath => layoutFolder + ".packed.json";

    private string VerifiedPath => layoutFolder + ".verified.json";

    /// <summary>The key of a layout's inputs.</summary>
    /// <param name="bases">The base trees.</param>
    /// <param name="metadata">The image's metadata.</param>
    /// <param name="hasCertificates">Whether the image contains the certificate bundle.</param>
    /// <param name="name">The image's name.</param>
    /// <param name="settings">The text that the user's settings are read from.</param>
    /// <param name="busybox">The inputs of the BusyBox binaries.</param>
    public static string Key(IReadOnlyList<BaseTreeFile> bases, ImageMetadata metadata, bool hasCertificates, ImageReference name, string settings, string busybox) => InputKey.Of(
    [
        BuildStamp.ProgramIdentity,
        .. bases.Select(file => $"{file.Platform} {file.Sha256}"),
        metadata.LockDigest([.. bases.Select(file => file.Platform)]),
        metadata.Epoch.ToString(CultureInfo.InvariantCulture),
        metadata.Suite.Codename,
        hasCertificates.ToString(),
        name.Full,
        settings,
        busybox,
        LayerCompressor.Id,
    ]);

    /// <summary>The digest of the index that was packed from these inputs if it is still the layout's, otherwise null.</summary>
    public string? Packed(string key) => Current(PackedPath, key);

    /// <summary>Records what was packed.</summary>
    public void SetPacked(string key, string indexDigest) => new BuildStamp(key, 0, indexDigest).Write(PackedPath);

    /// <summary>The earlier verification of that index by this program, or null.</summary>
    /// <param name="indexDigest">The index.</param>
    /// <param name="allowed">The permitted exceptions, as text.</param>
    public LayoutProof? Verified(string indexDigest, string allowed) => StampFile.Read<VerifiedStamp>(VerifiedPath) is { Proof: { } proof } stamp
        && stamp.Program == BuildStamp.ProgramIdentity && stamp.Allowed == allowed && proof.IndexDigest == indexDigest && proof.Findings is { Count: 0 } && proof.Platforms is not null
            ? proof
            : null;

    /// <summary>Records a verification by this program.</summary>
    public void SetVerified(LayoutProof proof, string allowed) =>
        StampFile.Write(VerifiedPath, new VerifiedStamp(BuildStamp.ProgramIdentity, allowed, proof));

    private string? Current(string path, string key)
    {
        var index = Path.Combine(layoutFolder, "index.json");
        return BuildStamp.Read(path) is { } stamp && stamp.Key == key && File.Exists(index)
            && File.ReadAllText(index).Contains(stamp.Sha256, StringComparison.Ordinal)
                ? stamp.Sha256
                : null;
    }

    private sealed record VerifiedStamp(string Program, string Allowed, LayoutProof Proof);
}
