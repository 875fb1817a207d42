using System.Net;
using System.Security.Authentication;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>Advice for downloads that fail for a reason on the way to the mirror that a retry does not change.</summary>
internal static class DownloadAdvice
{
    /// <summary>Used when only the encrypted connection fails: downloaded files are verified in any case.</summary>
    public const string Plain = "name the mirror with http:// in place of https:// (--mirror=URL, --securitymirror=URL): every file is checked against the archive's signature all the same";

    /// <summary>Used when a server asks for a longer delay than a build waits.</summary>
    public const string Later = "run it again after that time (what has arrived is kept), or name another mirror: --mirror=URL, --securitymirror=URL";

    private const string ProxyAccount = "put the account into the proxy's address, anything but letters and digits percent-encoded: http_proxy=http://USER:PASSWORD@HOST:PORT";

    /// <summary>Returns the advice for a failed connection; null if a later attempt may succeed.</summary>
    public static string? Of(HttpRequestException error) => error switch
    {
        { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: HttpStatusCode.ProxyAuthenticationRequired } => ProxyAccount,
        { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError } =>
            $"have the proxy allow CONNECT to the mirror, or {Plain}",
        { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException } =>
            $"if an authority of your own signed it, name its certificate: SSL_CERT_FILE=FILE; or {Plain}",
        _ => null,
    };

    /// <summary>Returns the advice for a response that refuses the request; null if the only advice is to use another mirror.</summary>
    public static string? Of(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.ProxyAuthenticationRequired => ProxyAccount,
        HttpStatusCode.Unauthorized => "put the account into the mirror's address (--mirror=https://USER:PASSWORD@HOST/debian), or into a file of /etc/apt/auth.conf.d for the host's own sources",
        _ => null,
    };
}
