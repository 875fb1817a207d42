namespace BusyboxGlibc.Foundation.Net;

/// <summary>What answers over HTTP mean to a client that asks again or goes on elsewhere (RFC 9110, sections 10.2 and 15).</summary>
internal static class HttpAnswers
{
    /// <summary>Whether the same request may succeed later: the server is busy, or failed. 501 and 505 speak of the request itself.</summary>
    public static bool MayPass(HttpResponseMessage response) => (int)response.StatusCode is 408 or 425 or 429 or (>= 500 and not (501 or 505));

    /// <summary>How long the server asks to be left alone; null where it does not say. A date that is past gives a negative time.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - TimeProvider.System.GetUtcNow(),
        _ => null,
    };

    /// <summary>Whether the answer leads elsewhere.</summary>
    public static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;

    /// <summary>The address that a <c>Location</c> header means.</summary>
    /// <param name="from">The address that was asked.</param>
    /// <param name="location">The header.</param>
    /// <returns>An address of http or https, or null where it is none of these, or its host can never be looked up.</returns>
    public static Uri? Follow(Uri from, string location) =>
        Uri.TryCreate(from, location, out var next) && next.Host.Length > 0 && (next.Scheme == Uri.UriSchemeHttps || next.Scheme == Uri.UriSchemeHttp) && WebAddress.IsUsable(next) ? next : null;

    /// <summary>Whether going on there would give up encryption.</summary>
    public static bool IsDowngrade(Uri from, Uri next) => from.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps;
}
