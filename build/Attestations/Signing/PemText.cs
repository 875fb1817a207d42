using System.Security.Cryptography;

namespace BusyboxGlibc.Attestations.Signing;

/// <summary>A block of a PEM file (RFC 7468).</summary>
/// <param name="Label">Its label, <c>PRIVATE KEY</c>.</param>
/// <param name="Content">The decoded content.</param>
internal sealed record PemBlock(string Label, byte[] Content);

/// <summary>Reads PEM files.</summary>
internal static class PemText
{
    /// <summary>The blocks of a text, in order; text between them and damaged ones are passed over.</summary>
    public static IReadOnlyList<PemBlock> Blocks(string text)
    {
        var blocks = new List<PemBlock>();
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var fields);)
        {
            blocks.Add(new PemBlock(rest[fields.Label].ToString(), Convert.FromBase64String(rest[fields.Base64Data].ToString())));
            rest = rest[fields.Location.End..];
        }

        return blocks;
    }
}
