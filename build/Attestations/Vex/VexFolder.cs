using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Attestations.Vex;

/// <summary>
/// The folder <c>artifacts/vex</c>: one OpenVEX document for each platform of which something is proven, for <c>trivy --vex</c> and <c>grype --vex</c>, and beside
/// it the record of what they were made from.
/// </summary>
/// <param name="path">The folder; may be absent.</param>
internal sealed class VexFolder(string path)
{
    private const string Suffix = ".openvex.json";

    private string StampPath => path + ".json";

    /// <summary>The documents in the folder, if they were made from the inputs of that key and are unchanged; otherwise null.</summary>
    public IReadOnlyList<(Platform Platform, ReadOnlyMemory<byte> Content)>? Find(string key)
    {
        if (BuildStamp.Read(StampPath) is not { } stamp || stamp.Key != key)
        {
            return null;
        }

        try
        {
            List<(Platform Platform, ReadOnlyMemory<byte> Content)> documents =
                [.. KnownPlatforms.All.Where(platform => File.Exists(PathOf(platform))).Select(platform => (platform, (ReadOnlyMemory<byte>)File.ReadAllBytes(PathOf(platform))))];
            return SumOf(documents) == stamp.Sha256 ? documents : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes the documents, deletes those of earlier runs, and records the key.</summary>
    /// <exception cref="Foundation.Errors.BuildException">The file system reported an error.</exception>
    public void Write(string key, IReadOnlyList<(Platform Platform, ReadOnlyMemory<byte> Content)> documents)
    {
        AtomicFile.Discard(StampPath);
        foreach (var old in KnownPlatforms.All.Except(documents.Select(one => one.Platform)).Select(PathOf).Where(File.Exists))
        {
            AtomicFile.Discard(old);
        }

        foreach (var (platform, content) in documents)
        {
            AtomicFile.WriteChanged(PathOf(platform), content.Span);
        }

        new BuildStamp(key, documents.Count, SumOf(documents)).Write(StampPath);
    }

    private string PathOf(Platform platform) => Path.Combine(path, platform.FileName + Suffix);

    private static string SumOf(IEnumerable<(Platform Platform, ReadOnlyMemory<byte> Content)> documents) =>
        InputKey.Of(documents.OrderBy(one => one.Platform.Name, StringComparer.Ordinal).Select(one => $"{one.Platform} {OciDigest.Of(one.Content.Span)}"));
}
