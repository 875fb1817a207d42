using System.Text.Json;

namespace BusyboxGlibc.Oci.Registry;

/// <summary>What a registry says where it refuses (distribution-spec, error codes), made fit to be shown.</summary>
internal static class RegistryAnswer
{
    private const int LongestBody = 64 * 1024;
    private const int MostErrors = 3;

    /// <summary>Status and the registry's own words, without secrets, on one line.</summary>
    public static async Task<string> DescribeAsync(HttpResponseMessage response, RegistryCredentials? credentials, CancellationToken cancellation)
    {
        var status = $"{(int)response.StatusCode} {Shown.Text(response.ReasonPhrase ?? string.Empty)}".TrimEnd();
        var said = await SaidAsync(response, cancellation).ConfigureAwait(false);
        var text = said.Length == 0 ? status : $"{status}: {said}";
        return credentials?.Scrub(text) ?? text;
    }

    /// <summary>Reads a body that is short by its nature.</summary>
    /// <returns>The bytes, or null where there are more than the limit.</returns>
    public static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            if (content.Length + count > limit)
            {
                return null;
            }

            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }

    private static async Task<string> SaidAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            if (await ReadAsync(response, LongestBody, cancellation).ConfigureAwait(false) is not { Length: > 0 } body)
            {
                return string.Empty;
            }

            using var document = JsonDocument.Parse(body);
            return string.Join("; ", document.RootElement.GetProperty("errors").EnumerateArray().Take(MostErrors).Select(
                error => Shown.Text($"{Text(error, "code")} {Text(error, "message")}".Trim())));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or IOException or HttpRequestException)
        {
            // A page for people, or nothing: the status says enough.
            return string.Empty;
        }
    }

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;
}
