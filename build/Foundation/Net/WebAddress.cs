namespace BusyboxGlibc.Foundation.Net;

/// <summary>External addresses: not every address that <see cref="Uri"/> accepts can be used for a request.</summary>
internal static class WebAddress
{
    /// <summary>The absolute address, or null if the text is not one or DNS can never resolve its host.</summary>
    /// <param name="text">The text, such as <c>https://registry.lan:5000/v2/</c>.</param>
    public static Uri? TryParse(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && IsUsable(address) ? address : null;

    /// <summary>Whether DNS can resolve the host of an absolute address. <see cref="Uri"/> parses the name only on access: one with a label of
    /// more than 63 characters (RFC 1035 section 2.3.4) then throws, wherever that is.</summary>
    public static bool IsUsable(Uri address)
    {
        try
        {
            return address.IdnHost is not null;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }
}
