using System.IO.Compression;
using System.Text;
using System.Text.Json;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Registry;

/// <summary>One error in a registry's response (distribution-spec, error codes).</summary>
/// <param name="Code">Its code, <c>MANIFEST_INVALID</c>; empty where it has none.</param>
/// <param name="Message">Its message.</param>
internal sealed record RegistryError(string Code, string Message);

/// <summary>The error response of a registry: status, errors, and the digests that it mentions.</summary>
/// <param name="Status">The status.</param>
/// <param name="Reason">The reason phrase of the status, as sent by the server.</param>
/// <param name="Errors">The errors; empty if the body is not a list of errors.</param>
/// <param name="Body">The whole body as text, truncated if it is long; not safe to display.</param>
internal sealed record RegistryAnswer(int Status, string Reason, IReadOnlyList<RegistryError> Errors, string Body)
{
    private const int LongestBody = 64 * 1024;
    private const int MostErrors = 3;

    // Cloud registries put account, action and resource into one sentence, with the reason at its end.
    private const int LongestError = 600;

    /// <summary>Creates the error for a transient failure.</summary>
    /// <param name="who">The server that responded.</param>
    /// <param name="address">The requested address.</param>
    /// <param name="response">The response.</param>
    /// <param name="said">Its message, safe to display.</param>
    public static RegistryBusyException Busy(string who, Uri address, HttpResponseMessage response, string said)
    {
        return new RegistryBusyException($"{who} is temporarily unavailable", address.WithoutQuery(), said, "wait a while, then run the command again")
        {
            Status = (int)response.StatusCode,
            RetryAfter = HttpAnswers.RetryAfter(response),
        };
    }

    /// <summary>Reads a response; an unreadable body is treated as empty.</summary>
    public static async Task<RegistryAnswer> OfAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = string.Empty;
        try
        {
            body = await ReadAsync(response, LongestBody, cancellation) is { } read ? Encoding.UTF8.GetString(WithoutMark(read)) : string.Empty;
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            // The status is sufficient.
        }

        return new RegistryAnswer((int)response.StatusCode, response.ReasonPhrase ?? string.Empty, Parse(body), body);
    }

    /// <summary>The message of the response: its errors, otherwise a body of plain text. An HTML page adds nothing to its status.</summary>
    public string Words => Errors.Count > 0 ? string.Join("; ", Errors.Select(error => $"{error.Code} {error.Message}".Trim()))
        : Body.TrimStart() is { Length: > 0 } text && text[0] is not ('<' or '{' or '[') ? text.TrimEnd() : string.Empty;

    /// <summary>Status and message on one line; secrets are not removed yet.</summary>
    public override string ToString()
    {
        var status = $"{Status} {SafeText.Text(Reason)}".TrimEnd();
        var said = Errors.Count > 0
            ? string.Join("; ", Errors.Take(MostErrors).Select(error => SafeText.Cut($"{error.Code} {error.Message}".Trim(), LongestError)))
            : SafeText.Text(Words);
        return said.Length == 0 ? status : $"{status}: {said}";
    }

    /// <summary>Removes the byte order mark that some servers put before JSON, which has none (RFC 8259, 8.1).</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> json) => json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;

    /// <summary>Reads a short JSON body, unpacked if a server on the way compressed it.</summary>
    /// <returns>The bytes, or null if the body exceeds the limit.</returns>
    public static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var read = await ReadAsync(stream, limit, cancellation);
        if (read is not [0x1F, 0x8B, ..] || !HttpAnswers.SaysGzip(response))
        {
            return read;
        }

        await using var plain = new GZipStream(new MemoryStream(read), CompressionMode.Decompress);
        try
        {
            return await ReadAsync(plain, limit, cancellation);
        }
        catch (InvalidDataException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    private static async Task<byte[]?> ReadAsync(Stream stream, int limit, CancellationToken cancellation)
    {
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

                // Some send one error without the list (Artifactory, proxies): message, error or detail at the top level.
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

        // The message often only repeats the code, and the detail states the problem: as text (Nexus, GitLab), in a message (Quay) or in a description (Artifactory).
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
