using System.Globalization;

namespace BusyboxGlibc.Reports;

/// <summary>One platform of the finished image.</summary>
/// <param name="Platform">Its name, such as <c>linux/arm/v7</c>.</param>
/// <param name="Files">The number of regular files in the root filesystem.</param>
/// <param name="Libraries">The number of shared libraries among them.</param>
/// <param name="UnpackedBytes">The sum of all file sizes.</param>
/// <param name="CompressedBytes">The size of the layer as stored in a registry.</param>
/// <param name="Digest">The manifest's digest, <c>sha256:</c> and 64 hexadecimal digits.</param>
internal sealed record PlatformRow(
    string Platform,
    int Files,
    int Libraries,
    long UnpackedBytes,
    long CompressedBytes,
    string Digest);

/// <summary>The table at the end of a build: one line per platform, plain text, aligned columns.</summary>
internal static class PlatformTable
{
    private const int ShortestHex = 12;

    private static readonly string[] _heads = ["platform", "files", "libraries", "unpacked", "compressed", "digest"];

    /// <summary>The table's lines, headings first.</summary>
    /// <param name="rows">The platforms, in display order.</param>
    /// <param name="width">The width of the terminal in columns, to which digests are shortened, down to 12 hexadecimal digits; null
    /// shows them completely, as in output for programs.</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<PlatformRow> rows, int? width)
    {
        var table = TextTable.Lines(
            [
                _heads[..^1],
                .. rows.Select(row => new[]
                {
                    row.Platform,
                    row.Files.ToString(CultureInfo.InvariantCulture),
                    row.Libraries.ToString(CultureInfo.InvariantCulture),
                    HumanReadable.Megabytes(row.UnpackedBytes),
                    HumanReadable.Megabytes(row.CompressedBytes),
                }),
            ],
            firstNumber: 1);
        var left = width - table[0].Length - 2;
        return [.. table.Zip([_heads[^1], .. rows.Select(row => Shorten(row.Digest, left))], (line, digest) => $"{line}  {digest}")];
    }

    private static string Shorten(string digest, int? room)
    {
        if (room is not { } columns || digest.Length <= columns)
        {
            return digest;
        }

        var prefix = digest.IndexOf(':', StringComparison.Ordinal) + 1;
        return digest[..Math.Min(digest.Length, Math.Max(columns, prefix + ShortestHex))];
    }
}
