using System.Net;
using System.Security.Authentication;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>What to do where a file cannot be had for a reason that lies on the way to the mirror, and that asking again does not change.</summary>
internal static class DownloadAdvice
{
    /// <summary>Where only the encrypted way is closed: what is fetched is checked in any case.</summary>
    public const string Plain = "name the mirror with http:// in place of https:// (--mirror=URL, --securitymirror=URL): every file is checked against the archive's signature all the same";

    /// <summary>Where a server asks for more time than a build waits.</summary>
    public const string Later = "run it again after that time (what has arrived is kept), or name another mirror: --mirror=URL, --securitymirror=URL";

    private const string ProxyAccount = "put the account into the proxy's address, anything but letters and digits percent-encoded: http_proxy=http://USER:PASSWORD@HOST:PORT";

    /// <summary>The advice for a connection that did not come about; null where it may come about later.</summary>
    public static string? Of(HttpRequestException error) => error switch
    {
        { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: HttpStatusCode.ProxyAuthenticationRequired } => ProxyAccount,
        { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError } =>
            $"have the proxy allow CONNECT to the mirror, or {Plain}",
        { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException } =>
            $"if an authority of your own signed it, name its certificate: SSL_CERT_FILE=FILE; or {Plain}",
        _ => null,
    };

    /// <summary>The advice for an answer that refuses; null where there is none but another mirror.</summary>
    public static string? Of(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.ProxyAuthenticationRequired => ProxyAccount,
        HttpStatusCode.Unauthorized => "put the account into the mirror's address (--mirror=https://USER:PASSWORD@HOST/debian), or into a file of /etc/apt/auth.conf.d for the host's own sources",
        _ => null,
    };
}
