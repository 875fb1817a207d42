using System.Net.Http.Headers;
using System.Text;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>Addresses of files in an archive, and their form in messages.</summary>
internal static class ArchiveAddress
{
    /// <summary>Returns the address of a path below the address of a mirror.</summary>
    /// <exception cref="DebianException">The path would leave the mirror.</exception>
    public static Uri Below(Uri mirror, string path) =>
        !IsBelow(path)
            ? throw new DebianException("a path points outside the archive", path, next: "renew the lock: ./build.sh --target=Lock")
            : new Uri($"{Root(mirror)}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    // For file:/// only the scheme would remain.
    private static string Root(Uri mirror) => mirror.AbsoluteUri.TrimEnd('/') is var root && root.EndsWith(':') ? $"{root}//" : root;

    /// <summary>Whether a path is plain and stays below the folder where it starts: not absolute, no <c>..</c>, no backslash
    /// and no control character.</summary>
    public static bool IsBelow(string path)
    {
        foreach (var range in path.AsSpan().Split('/'))
        {
            if (path.AsSpan(range) is "" or "." or "..")
            {
                return false;
            }
        }

        foreach (var letter in path)
        {
            if (letter == '\\' || char.IsControl(letter))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The address without user name and password, for error messages.</summary>
    public static string Show(Uri address) => address.IsFile
        ? address.AbsoluteUri
        : address.GetComponents(UriComponents.SchemeAndServer | UriComponents.PathAndQuery, UriFormat.UriEscaped);

    /// <summary>The addresses, one per line, for error messages.</summary>
    public static string Show(IEnumerable<Uri> addresses) => string.Join('\n', addresses.Select(Show));

    /// <summary>Returns the authorization header for an address with user name and password, RFC 7617; null if it has none.</summary>
    public static AuthenticationHeaderValue? Credentials(Uri address) => address.UserInfo.Length == 0
        ? null
        : new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
}
