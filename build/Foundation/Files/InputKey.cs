using System.Security.Cryptography;
using System.Text;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>Computes a key for a result from all its inputs, so that it is found again until one of them changes.</summary>
internal static class InputKey
{
    /// <summary>The key of a list of inputs, 64 lowercase hexadecimal digits: it depends on their order and on the borders between them.</summary>
    public static string Of(params IEnumerable<string> inputs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[8];
        foreach (var input in inputs)
        {
            var bytes = Encoding.UTF8.GetBytes(input);
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(length, bytes.LongLength);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
