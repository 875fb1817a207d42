namespace BusyboxGlibc.Foundation.Net;

/// <summary>Interprets HTTP responses for a client that retries or follows redirects (RFC 9110, sections 10.2 and 15).</summary>
internal static class HttpAnswers
{
    /// <summary>Whether the same request may succeed later: the server is busy, or failed. 501 and 505 concern the request itself.</summary>
    public static bool MayPass(HttpResponseMessage response) => (int)response.StatusCode is 408 or 425 or 429 or (>= 500 and not (501 or 505));

    /// <summary>How long the server asks the client to wait; null if it does not specify it. A date in the past gives a negative time.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - TimeProvider.System.GetUtcNow(),
        _ => null,
    };

    /// <summary>Whether the response is a redirect.</summary>
    public static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;

    /// <summary>Whether the response says that its body is compressed by gzip, although we never ask for that: some servers compress everything, and some
    /// say so of every compressed file.</summary>
    public static bool SaysGzip(HttpResponseMessage response) =>
        response.Content.Headers.ContentEncoding.Any(coding => coding.ToLowerInvariant() is "gzip" or "x-gzip");

    /// <summary>The address in a <c>Location</c> header.</summary>
    /// <param name="from">The requested address.</param>
    /// <param name="location">The header.</param>
    /// <returns>An http or https address, or null if it is neither, or DNS can never resolve its host.</returns>
    public static Uri? Follow(Uri from, string location) =>
        Uri.TryCreate(from, location, out var next) && next.Host.Length > 0 && (next.Scheme == Uri.UriSchemeHttps || next.Scheme == Uri.UriSchemeHttp) && WebAddress.IsUsable(next) ? next : null;

    /// <summary>Whether following the redirect would drop encryption.</summary>
    public static bool IsDowngrade(Uri from, Uri next) => from.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps;
}
