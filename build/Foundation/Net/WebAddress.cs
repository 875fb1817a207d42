namespace BusyboxGlibc.Foundation.Net;

/// <summary>Addresses that come from outside: what <see cref="Uri"/> takes is not yet an address that can be asked.</summary>
internal static class WebAddress
{
    /// <summary>The absolute address, or null where the text is none or its host can never be looked up.</summary>
    /// <param name="text">The text, such as <c>https://registry.lan:5000/v2/</c>.</param>
    public static Uri? TryParse(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && IsUsable(address) ? address : null;

    /// <summary>Whether the host of an absolute address can be looked up. The name is only taken apart when it is asked for: one with a part of
    /// more than 63 characters (RFC 1035 section 2.3.4) throws then, wherever that is.</summary>
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
