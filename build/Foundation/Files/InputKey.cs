using System.Security.Cryptography;
using System.Text;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>Names a result by everything it was made from, so that it is found again as long as nothing of that changed.</summary>
internal static class InputKey
{
    /// <summary>The key over a list of inputs, 64 lower-case hexadecimal digits: the order and the borders between them count.</summary>
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
