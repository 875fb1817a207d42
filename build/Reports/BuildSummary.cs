using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Reports;

/// <summary>One platform of the finished image.</summary>
/// <param name="Platform">Its name, such as <c>linux/arm/v7</c>.</param>
/// <param name="Libraries">The number of shared libraries in the root filesystem.</param>
/// <param name="UnpackedBytes">The sum of all file sizes.</param>
/// <param name="CompressedBytes">The size of the layer as stored in a registry.</param>
/// <param name="Digest">The manifest's digest, <c>sha256:</c> and 64 hexadecimal digits.</param>
internal sealed record PlatformRow(string Platform, int Libraries, long UnpackedBytes, long CompressedBytes, string Digest);

/// <summary>A variant of the image.</summary>
/// <param name="Name">Its name with its tag, as a user types it.</param>
/// <param name="IndexDigest">The digest of its OCI index.</param>
/// <param name="Layout">Its layout, as a user types it.</param>
/// <param name="AddedBytes">The compressed size of what it adds to the image, on the platform where that is most.</param>
internal sealed record VariantRow(string Name, string IndexDigest, string Layout, long AddedBytes);

/// <summary>What can be done with the result of a build.</summary>
/// <param name="Command">The command line.</param>
/// <param name="Then">What follows it, or what can be done instead; may be empty.</param>
internal sealed record NextStep(string Command, string Then);

/// <summary>The end of a build: the platforms, what was made and how, the image, and what to do next; plain text in aligned columns.</summary>
/// <param name="Platforms">The verified platforms, in display order.</param>
/// <param name="Made">The files and folders that the build wrote, as a user types them.</param>
/// <param name="How">The engine, and how long the run took.</param>
/// <param name="Name">The image's name, as a user types it.</param>
/// <param name="IndexDigest">The digest of the OCI index.</param>
/// <param name="Lock">What happened to the lock.</param>
/// <param name="Next">What can be done next; may be empty.</param>
internal sealed record BuildSummary(
    IReadOnlyList<PlatformRow> Platforms, IReadOnlyList<string> Made, string How, string Name, string IndexDigest, string Lock, IReadOnlyList<NextStep> Next)
{
    /// <summary>The variants, in the order of cake.config.</summary>
    public IReadOnlyList<VariantRow> Variants { get; init; } = [];

    private const int ShownDigits = 12;
    private const int LabelWidth = 7;

    /// <summary>The lines.</summary>
    /// <param name="width">The width of the terminal in columns, for which digests are shortened and pairs put below each other; null for output
    /// that programs read: everything is complete, and on one line.</param>
    public IReadOnlyList<string> Lines(int? width)
    {
        string[] made = [string.Join(", ", Made)];
        string[] image = [$"{Name}  {Digest(IndexDigest, width)}"];
        var left = Math.Max(made[0].Length, image[0].Length);
        return
        [
            .. PlatformLines(width),
            .. Labelled("made", [(made[0], How)], left, width),
            .. Labelled("image", [(image[0], Lock)], left, width),
            .. Labelled("also", VariantLines(width), Math.Max(left, VariantLines(width).Select(line => line.Left.Length).DefaultIfEmpty().Max()), width),
            .. Labelled("next", [.. Next.Select(step => (step.Command, step.Then))], Next.Select(step => step.Command.Length).DefaultIfEmpty().Max(), width, isCommand: true),
        ];
    }

    private List<(string Left, string Right)> VariantLines(int? width) => [.. Variants.Select(variant => (
        $"{variant.Name}  {Digest(variant.IndexDigest, width)}", $"{variant.Layout}: {(variant.AddedBytes == 0 ? "other settings" : $"adds at most {HumanReadable.Bytes(variant.AddedBytes)} compressed")}"))];

    // The word is left out where a terminal has no room for it.
    private List<string> PlatformLines(int? width)
    {
        var lines = PlatformLines(width, " compressed");
        return width is { } columns && lines.Exists(line => line.Length > columns) ? PlatformLines(width, string.Empty) : lines;
    }

    private List<string> PlatformLines(int? width, string unit) => [.. TextTable.Lines(
        [.. Platforms.Select(row => new[] { row.Platform, HumanReadable.Bytes(row.UnpackedBytes), $"({HumanReadable.Bytes(row.CompressedBytes)}{unit})", Plural.Count(row.Libraries, "library") })],
        firstNumber: 1).Zip(Platforms, (line, row) => $"{line}  {Digest(row.Digest, width)}  verified")];

    // The right part stands beside the left one where the terminal has room for all of them, otherwise below it.
    private static IEnumerable<string> Labelled(string label, IReadOnlyList<(string Left, string Right)> pairs, int left, int? width, bool isCommand = false)
    {
        var isWide = width is not { } columns || pairs.All(pair => LabelWidth + left + 2 + pair.Right.Length <= columns);
        foreach (var (first, second) in pairs)
        {
            if (isWide)
            {
                yield return $"{label,-LabelWidth}{first.PadRight(left)}  {second}".TrimEnd();
            }
            else if (first.Length > 0)
            {
                foreach (var line in isCommand ? ShellCommand.Lines(first, width!.Value - LabelWidth, indent: 2) : [first])
                {
                    yield return $"{label,-LabelWidth}{line}";
                    label = string.Empty;
                }
            }

            if (!isWide && second.Length > 0)
            {
                yield return $"{string.Empty,-LabelWidth}  {second}";
            }

            label = string.Empty;
        }
    }

    private static string Digest(string digest, int? width)
    {
        var shown = digest.IndexOf(':', StringComparison.Ordinal) + 1 + ShownDigits;
        return width is null || digest.Length <= shown ? digest : digest[..shown] + "…";
    }
}
