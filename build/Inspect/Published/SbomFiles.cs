using System.Security.Cryptography;
using System.Text.Json;
using BusyboxGlibc.Attestations;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Published;

/// <summary>Compares the files that an SPDX document lists (SPDX 2.3, clause 8) with those of an image.</summary>
internal static class SbomFiles
{
    private const int MostShown = 5;
    private static readonly JsonDocumentOptions _limits = new() { MaxDepth = 64 };

    /// <summary>The SHA-256 of each listed file, by its path without a leading slash.</summary>
    /// <exception cref="AttestationException">It is no such document.</exception>
    public static IReadOnlyDictionary<string, string> Read(ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document, _limits);
            return json.RootElement.GetProperty("files").EnumerateArray().ToDictionary(
                file => file.GetProperty("fileName").GetString()!.TrimStart('.').TrimStart('/'),
                file => file.GetProperty("checksums").EnumerateArray().First(sum => sum.GetProperty("algorithm").GetString() == "SHA256").GetProperty("checksumValue").GetString()!.ToLowerInvariant(),
                StringComparer.Ordinal);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new AttestationException("the SBOM cannot be read", why: SafeText.Text(error.Message), inner: error);
        }
    }

    /// <summary>The differences, each in a few words: files that are only in one of both, or have another content.</summary>
    /// <param name="listed">The files of the document.</param>
    /// <param name="tree">The image.</param>
    public static IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> listed, RootfsTree tree)
    {
        var sums = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in tree.Entries.Where(entry => entry.Type is RootfsEntryType.File or RootfsEntryType.HardLink))
        {
            // A hard link always names a regular file of the tree. A symbolic link has no content: in the place of a file it is not that file.
            _ = tree.TryGet(entry.LinkTarget ?? entry.Path, out var file);
            sums.Add(entry.Path, Convert.ToHexStringLower(SHA256.HashData(file!.Content.Span)));
        }

        return
        [
            .. sums.Where(file => listed.GetValueOrDefault(file.Key) != file.Value).Select(file => $"/{SafeText.Text(file.Key)} {(listed.ContainsKey(file.Key) ? "has another content" : "is not in the SBOM")}"),
            .. listed.Keys.Where(path => !sums.ContainsKey(path)).Order(StringComparer.Ordinal).Select(path => $"/{SafeText.Text(path)} is not a file of the image"),
        ];
    }

    /// <summary>The first differences in one line.</summary>
    public static string Shown(IReadOnlyList<string> differences) =>
        string.Join(", ", differences.Take(MostShown)) + (differences.Count > MostShown ? $", and {differences.Count - MostShown} more" : string.Empty);
}
