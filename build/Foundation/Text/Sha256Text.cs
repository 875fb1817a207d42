using System.Buffers;

namespace BusyboxGlibc.Foundation.Text;

/// <summary>Checksums as text: 64 lowercase hexadecimal digits.</summary>
internal static class Sha256Text
{
    private static readonly SearchValues<char> _digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether a text is a checksum.</summary>
    public static bool IsValid(string text) => text.Length == 64 && !text.AsSpan().ContainsAnyExcept(_digits);
}
