using System.Net;
using System.Security.Authentication;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>Advice for downloads that fail for a reason on the way to the mirror that a retry does not change.</summary>
internal static class DownloadAdvice
{
    /// <summary>Used when only the encrypted connection fails: downloaded files are verified in any case.</summary>
    public const string Plain = "specify the mirror with http:// instead of https:// (--mirror=URL, --securitymirror=URL): every file is still checked against the archive's signature";

    /// <summary>Used when a server asks for a longer delay than a build waits.</summary>
    public const string Later = "run the command again after that time (downloaded data is kept), or choose another mirror: --mirror=URL, --securitymirror=URL; or several, such as --mirror=tuna,debian";

    private const string ProxyAccount = "put the account in the proxy's URL, with everything except letters and digits percent-encoded: http_proxy=http://USER:PASSWORD@HOST:PORT";

    /// <summary>Returns the advice for a failed connection; null if a later attempt may succeed.</summary>
    public static string? Of(HttpRequestException error) => error switch
    {
        { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: HttpStatusCode.ProxyAuthenticationRequired } => ProxyAccount,
        { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError } =>
            $"configure the proxy to allow CONNECT to the mirror, or {Plain}",
        { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException } =>
            $"if your own CA signed it, specify the CA's certificate: SSL_CERT_FILE=FILE; or {Plain}",
        _ => null,
    };

    /// <summary>Returns the advice for a response that refuses the request; null if the only advice is to use another mirror.</summary>
    public static string? Of(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.ProxyAuthenticationRequired => ProxyAccount,
        HttpStatusCode.Unauthorized => "put the account in the mirror's URL (--mirror=https://USER:PASSWORD@HOST/debian), or, for the host's own sources, in a file in /etc/apt/auth.conf.d",
        _ => null,
    };
}
