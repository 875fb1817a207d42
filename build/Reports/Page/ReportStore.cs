using System.Text.Json;
using System.Text.Json.Serialization;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Reports.Page;

/// <summary>Reads and writes <c>artifacts/report.json</c>.</summary>
internal static partial class ReportStore
{
    // A report of 3,000 files on ten platforms has about 2 MB.
    private const int Largest = 64 << 20;

    /// <summary>The facts of an earlier run; null if there are none, or if another version of the program wrote them in another form.</summary>
    /// <param name="path">The file; may be absent, and may be anybody's.</param>
    public static ReportFacts? Read(string path)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > Largest)
            {
                return null;
            }

            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ReportJson.Default.ReportFacts) is { Schema: ReportFacts.Current } facts && IsWhole(facts.Image) ? facts : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The file's content: ASCII, so that no terminal or editor shows anything else than what is there.</summary>
    public static byte[] Bytes(ReportFacts facts) => [.. JsonSerializer.SerializeToUtf8Bytes(facts, ReportJson.Default.ReportFacts), (byte)'\n'];

    /// <summary>Writes the file.</summary>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public static void Write(string path, ReportFacts facts) => AtomicFile.WriteChanged(path, Bytes(facts));

    // Numbers that stand for something else in the same file lead there.
    private static bool IsWhole(ReportImage image) =>
        image.Platforms.Count is > 0 and <= 31
        && image.Files.All(file => file.Bytes.Count == image.Platforms.Count)
        && image.Reasons is var reasons
        && reasons.Edges.All(edge => IsFile(edge.To, reasons) && (edge.From < 0 ? -1 - edge.From < reasons.Roots.Count : IsFile(edge.From, reasons)))
        && reasons.Files.SelectMany(file => file.Reasons).All(reason => reason.Root >= 0 && reason.Root < reasons.Roots.Count && (reason.From == -1 || IsFile(reason.From, reasons)));

    private static bool IsFile(int number, ReportReasons reasons) => number >= 0 && number < reasons.Files.Count;

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", IndentSize = 1, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(ReportFacts))]
    private sealed partial class ReportJson : JsonSerializerContext;
}
