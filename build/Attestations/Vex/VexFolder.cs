using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Attestations.Vex;

/// <summary>A document in a file.</summary>
/// <param name="Platform">The platform whose image it is about; null for all images of the index.</param>
/// <param name="IsOpenVex">Whether it is OpenVEX; otherwise it is CycloneDX, beside the SBOM of that form.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record VexFile(Platform? Platform, bool IsOpenVex, ReadOnlyMemory<byte> Content)
{
    /// <summary>The name of its file: <c>linux-arm-v7.openvex.json</c>, <c>index.openvex.json</c>, <c>linux-arm-v7.cdx.json</c>; scanners know the ending of the last.</summary>
    public string FileName => NameOf(Platform, IsOpenVex);

    /// <summary>The name of such a file.</summary>
    public static string NameOf(Platform? platform, bool isOpenVex) => $"{platform?.FileName ?? AttestationFolder.Index}.{(isOpenVex ? "openvex" : "cdx")}.json";
}

/// <summary>
/// The folder <c>artifacts/vex</c>: documents about the images of which something is proven, for <c>trivy --vex</c> and <c>grype --vex</c>, and beside
/// it the record of what they were made from.
/// </summary>
/// <param name="path">The folder; may be absent.</param>
internal sealed class VexFolder(string path)
{
    private static readonly IReadOnlyList<(Platform? Platform, bool IsOpenVex)> _known = [.. KnownPlatforms.All.Append(null).SelectMany(platform => new[] { (platform, true), (platform, false) })];

    private string StampPath => path + ".json";

    /// <summary>The documents in the folder, if they were made from the inputs of that key and are unchanged; otherwise null.</summary>
    public IReadOnlyList<VexFile>? Find(string key)
    {
        if (BuildStamp.Read(StampPath) is not { } stamp || stamp.Key != key)
        {
            return null;
        }

        try
        {
            List<VexFile> documents = [.. _known.Where(one => File.Exists(PathOf(one))).Select(one => new VexFile(one.Platform, one.IsOpenVex, File.ReadAllBytes(PathOf(one))))];
            return SumOf(documents) == stamp.Sha256 ? documents : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes the documents, deletes those of earlier runs, and records the key.</summary>
    /// <exception cref="Foundation.Errors.BuildException">The file system reported an error.</exception>
    public void Write(string key, IReadOnlyList<VexFile> documents)
    {
        AtomicFile.Discard(StampPath);
        foreach (var old in _known.Except(documents.Select(one => (one.Platform, one.IsOpenVex))).Select(PathOf).Where(File.Exists))
        {
            AtomicFile.Discard(old);
        }

        foreach (var document in documents)
        {
            AtomicFile.WriteChanged(PathOf((document.Platform, document.IsOpenVex)), document.Content.Span);
        }

        new BuildStamp(key, documents.Count, SumOf(documents)).Write(StampPath);
    }

    private string PathOf((Platform? Platform, bool IsOpenVex) one) => Path.Combine(path, VexFile.NameOf(one.Platform, one.IsOpenVex));

    private static string SumOf(IEnumerable<VexFile> documents) =>
        InputKey.Of(documents.OrderBy(one => one.FileName, StringComparer.Ordinal).Select(one => $"{one.FileName} {OciDigest.Of(one.Content.Span)}"));
}
