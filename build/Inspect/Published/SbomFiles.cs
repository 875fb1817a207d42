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
        var files = tree.Entries.Where(entry => entry.Type == RootfsEntryType.File).ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        return
        [
            .. files.Values.Where(file => !listed.ContainsKey(file.Path)).Select(file => $"/{SafeText.Text(file.Path)} is not in the SBOM"),
            .. files.Values.Where(file => listed.TryGetValue(file.Path, out var sum) && sum != Convert.ToHexStringLower(SHA256.HashData(file.Content.Span))).Select(file => $"/{SafeText.Text(file.Path)} has another content"),
            .. listed.Keys.Where(path => !files.ContainsKey(path) && tree.Resolve(path) is not { } target).Order(StringComparer.Ordinal).Select(path => $"/{SafeText.Text(path)} is not in the image"),
        ];
    }

    /// <summary>The first differences in one line.</summary>
    public static string Shown(IReadOnlyList<string> differences) =>
        string.Join(", ", differences.Take(MostShown)) + (differences.Count > MostShown ? $", and {differences.Count - MostShown} more" : string.Empty);
}
