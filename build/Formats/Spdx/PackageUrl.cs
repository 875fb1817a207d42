using System.Globalization;
using System.Text;

namespace BusyboxGlibc.Formats.Spdx;

/// <summary>A package URL in its canonical form (https://github.com/package-url/purl-spec, ECMA-427): the name by which scanners know a package.</summary>
/// <param name="Type">The kind of package, <c>deb</c>, <c>oci</c>, <c>generic</c>.</param>
/// <param name="Namespace">The owner of the name, <c>debian</c>; null for none.</param>
/// <param name="Name">The name.</param>
/// <param name="Version">The version; null for none.</param>
internal sealed record PackageUrl(string Type, string? Namespace, string Name, string? Version)
{
    /// <summary>What else tells the package apart, such as <c>arch</c>; empty values are left out.</summary>
    public IReadOnlyDictionary<string, string?> Qualifiers { get; init; } = new Dictionary<string, string?>();

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder("pkg:").Append(Type).Append('/');
        if (Namespace is not null)
        {
            text.AppendJoin('/', Namespace.Split('/').Select(Encode)).Append('/');
        }

        text.Append(Encode(Name));
        if (Version is not null)
        {
            text.Append('@').Append(Encode(Version));
        }

        var qualifiers = Qualifiers.Where(pair => !string.IsNullOrEmpty(pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={Encode(pair.Value!)}");
        var joined = string.Join('&', qualifiers);
        return (joined.Length == 0 ? text : text.Append('?').Append(joined)).ToString();
    }

    // Besides the unreserved characters of RFC 3986 a colon stays as it is; a plus sign does not, because many readers take it for a blank.
    private static string Encode(string text)
    {
        var encoded = new StringBuilder();
        foreach (var one in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)one) || one is (byte)'.' or (byte)'-' or (byte)'_' or (byte)'~' or (byte)':')
            {
                encoded.Append((char)one);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{one:X2}");
            }
        }

        return encoded.ToString();
    }
}
