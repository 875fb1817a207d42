using System.Globalization;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Image;

/// <summary>
/// Remembers from which inputs the layout was packed, and which index passed Verify, in files beside it. A layout is named
/// wholly by its index's digest, so what was proven of it holds as long as its blobs are what their digests say.
/// </summary>
/// <param name="layoutFolder">The layout.</param>
internal sealed class LayoutStamp(string layoutFolder)
{
    private string PackedPath => layoutFolder + ".packed.json";

    private string VerifiedPath => layoutFolder + ".verified.json";

    /// <summary>The key of a layout's inputs.</summary>
    /// <param name="bases">The base trees.</param>
    /// <param name="metadata">What the image says of itself.</param>
    /// <param name="hasCertificates">Whether the certificate bundle is in it.</param>
    /// <param name="name">The image's name.</param>
    /// <param name="settings">The text that people's settings are read from.</param>
    /// <param name="busybox">What the BusyBoxes were made from.</param>
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

    /// <summary>The digest of the index that was packed from these inputs if it is still the layout's, else null.</summary>
    public string? Packed(string key) => Current(PackedPath, key);

    /// <summary>Remembers what was packed.</summary>
    public void SetPacked(string key, string indexDigest) => new BuildStamp(key, 0, indexDigest).Write(PackedPath);

    /// <summary>What this program proved of that index before, or null.</summary>
    /// <param name="indexDigest">The index.</param>
    /// <param name="allowed">What was allowed, as text.</param>
    public LayoutProof? Verified(string indexDigest, string allowed) => StampFile.Read<VerifiedStamp>(VerifiedPath) is { Proof: { } proof } stamp
        && stamp.Program == BuildStamp.ProgramIdentity && stamp.Allowed == allowed && proof.IndexDigest == indexDigest && proof.Findings is { Count: 0 } && proof.Platforms is not null
            ? proof
            : null;

    /// <summary>Remembers what this program proved.</summary>
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
