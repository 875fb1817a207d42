using System.Text;
using System.Text.Json;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Registry;

/// <summary>One error that a registry names (distribution-spec, error codes).</summary>
/// <param name="Code">Its code, <c>MANIFEST_INVALID</c>; empty where it has none.</param>
/// <param name="Message">Its message.</param>
internal sealed record RegistryError(string Code, string Message);

/// <summary>What a registry says where it refuses: status, errors, and the digests it speaks of.</summary>
/// <param name="Status">The status.</param>
/// <param name="Reason">The status's name as the server wrote it.</param>
/// <param name="Errors">The errors it names; empty where the body is no list of them.</param>
/// <param name="Body">The whole body as text, cut where it is long; it is not fit to be shown.</param>
internal sealed record RegistryAnswer(int Status, string Reason, IReadOnlyList<RegistryError> Errors, string Body)
{
    private const int LongestBody = 64 * 1024;
    private const int MostErrors = 3;

    // Clouds put who, what and where into one sentence, and the reason at its end.
    private const int LongestError = 600;

    /// <summary>The error for an answer that may pass.</summary>
    /// <param name="who">Who answered.</param>
    /// <param name="address">The address that was asked.</param>
    /// <param name="response">The answer.</param>
    /// <param name="said">What it says, fit to be shown.</param>
    public static RegistryBusyException Busy(string who, Uri address, HttpResponseMessage response, string said)
    {
        return new RegistryBusyException($"{who} cannot answer now", address.WithoutQuery(), said, "wait a little, and run it again")
        {
            Status = (int)response.StatusCode,
            RetryAfter = HttpAnswers.RetryAfter(response),
        };
    }

    /// <summary>Reads an answer; a body that cannot be read says nothing.</summary>
    public static async Task<RegistryAnswer> OfAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = string.Empty;
        try
        {
            body = await ReadAsync(response, LongestBody, cancellation) is { } read ? Encoding.UTF8.GetString(read) : string.Empty;
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            // The status says enough.
        }

        return new RegistryAnswer((int)response.StatusCode, response.ReasonPhrase ?? string.Empty, Parse(body), body);
    }

    /// <summary>What it says in words: its errors, else a body that is plain text. A page for people says no more than its status.</summary>
    public string Words => Errors.Count > 0 ? string.Join("; ", Errors.Select(error => $"{error.Code} {error.Message}".Trim()))
        : Body.TrimStart() is { Length: > 0 } text && text[0] is not ('<' or '{' or '[') ? text.TrimEnd() : string.Empty;

    /// <summary>Status and the registry's own words on one line; secrets are not taken out of it yet.</summary>
    public override string ToString()
    {
        var status = $"{Status} {SafeText.Text(Reason)}".TrimEnd();
        var said = Errors.Count > 0
            ? string.Join("; ", Errors.Take(MostErrors).Select(error => SafeText.Cut($"{error.Code} {error.Message}".Trim(), LongestError)))
            : SafeText.Text(Words);
        return said.Length == 0 ? status : $"{status}: {said}";
    }

    /// <summary>Reads a body that is short by its nature.</summary>
    /// <returns>The bytes, or null where there are more than the limit.</returns>
    public static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            if (content.Length + count > limit)
            {
                return null;
            }

            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }

    private static IReadOnlyList<RegistryError> Parse(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind != JsonValueKind.Object ? []

                // Some name one error without the list (Artifactory, proxies): message, error or detail at the top.
                : document.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
                    ? [.. errors.EnumerateArray().Select(Error).OfType<RegistryError>()]
                    : Error(document.RootElement) is { } single ? [single] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static RegistryError? Error(JsonElement element)
    {
        var code = Text(element, "code");
        var message = new[] { "message", "error" }.Select(name => Text(element, name)).FirstOrDefault(text => text.Length > 0) ?? string.Empty;

        // The message of many only repeats the code in words, and the detail says what is wrong: as text (Nexus, GitLab), in a message
        // (Quay) or in a description (Artifactory).
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("detail", out var detail))
        {
            var more = detail.ValueKind == JsonValueKind.String ? detail.GetString()! : new[] { "message", "description" }.Select(name => Text(detail, name)).FirstOrDefault(text => text.Length > 0);
            message = string.IsNullOrEmpty(more) || more == message ? message : message.Length == 0 ? more : $"{message}: {more}";
        }

        return code.Length + message.Length > 0 ? new RegistryError(code, message) : null;
    }

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;
}
