using System.Text.Json;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Reports.Page;

/// <summary>An image of others that the sizes are shown beside. Its sizes are measured once, and written down with their source: a build asks nobody.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Source">Where its sizes are from, and of which day.</param>
/// <param name="Otherwise">What is said of a platform whose size is not there.</param>
/// <param name="Sizes">Its platforms.</param>
internal sealed record ReferenceImage(string Name, string Source, string Otherwise, IReadOnlyList<ReportSize> Sizes)
{
    private static readonly Lazy<IReadOnlyList<ReferenceImage>> _all = new(() => Read(EmbeddedFile.Read("reports/references.json")));

    /// <summary>Those of <c>references.json</c>.</summary>
    public static IReadOnlyList<ReferenceImage> All => _all.Value;

    // {"key": {"name", "source", "otherwise", "platforms": {"linux/amd64": [unpacked bytes or null, compressed bytes or null]}}}
    private static List<ReferenceImage> Read(byte[] content)
    {
        using var document = JsonDocument.Parse(content);
        return
        [
            .. document.RootElement.EnumerateObject().Select(image => image.Value).Select(image => new ReferenceImage(
                image.GetProperty("name").GetString()!, image.GetProperty("source").GetString()!, image.GetProperty("otherwise").GetString()!,
                [.. image.GetProperty("platforms").EnumerateObject().Select(platform => new ReportSize(platform.Name, Bytes(platform.Value[0]), Bytes(platform.Value[1])))])),
        ];
    }

    private static long? Bytes(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetInt64();
}
