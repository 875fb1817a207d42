using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using BusyboxGlibc.Formats.Xz;
using ICSharpCode.SharpZipLib.BZip2;
using SharpCompress.Compressors.LZMA;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace BusyboxGlibc.Debian.Package;

/// <summary>Opens the tar archive inside a package's <c>control.tar*</c> or <c>data.tar*</c> member, by its file extension as
/// dpkg does: none, <c>.gz</c>, <c>.xz</c>, <c>.zst</c>, <c>.bz2</c> or <c>.lzma</c>, deb(5).</summary>
internal static class Decompression
{
    private const int LzmaHead = 13;

    /// <summary>Returns the decompressed content of an ar member.</summary>
    /// <param name="name">The member's name, such as <c>data.tar.xz</c>.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="limits">Limits the dictionary and the decompressed size.</param>
    /// <param name="place">The position for error messages.</param>
    /// <exception cref="DebianException">The extension is not supported; while reading: the data is damaged.</exception>
    public static GuardedStream Open(string name, ArContent content, DebLimits limits, DebPlace place)
    {
        var ending = name[(name.IndexOf(".tar", StringComparison.Ordinal) + 4)..];
        try
        {
            return ending switch
            {
                "" => new GuardedStream(content, place, limits.MaxUnpackedSize),
                ".gz" => new GuardedStream(new GZipStream(content, CompressionMode.Decompress), place, limits.MaxUnpackedSize, new GzipEnd(content)),
                ".xz" => new GuardedStream(new XzStream(content, limits.MaxDictionary), place, limits.MaxUnpackedSize),
                ".bz2" => new GuardedStream(new BZip2InputStream(content), place, limits.MaxUnpackedSize),
                ".lzma" => new GuardedStream(Lzma(content, limits.MaxDictionary), place, limits.MaxUnpackedSize),
                ".zst" => new GuardedStream(Zstandard(content, limits.MaxDictionary), place, limits.MaxUnpackedSize),
                _ => throw place.Error($"its compression \"{DebPlace.Shown(ending)}\" is not supported; .gz, .xz, .zst, .bz2, .lzma and none are"),
            };
        }
        catch (Exception error) when (GuardedStream.IsForeign(error))
        {
            throw place.Error($"its compressed data is damaged: {error.Message}", error);
        }
    }

    // The format of lzma(1), the predecessor of xz: properties, dictionary size, and the content size or -1 if a marker ends the data.
    private static LzmaStream Lzma(Stream content, int maxDictionary)
    {
        var head = new byte[LzmaHead];
        content.ReadExactly(head);
        var size = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(5));
        return BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(1)) <= maxDictionary && size >= -1
            ? LzmaStream.Create(head[..5], content, -1, size, leaveOpen: true)
            : throw new InvalidDataException("its header declares more than is accepted");
    }

    private static DecompressionStream Zstandard(Stream content, int maxDictionary)
    {
        var stream = new DecompressionStream(content, bufferSize: 1 << 17, checkEndOfStream: true, leaveOpen: false);
        stream.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, Math.Clamp(int.Log2(maxDictionary), 10, 30));
        return stream;
    }
}

/// <summary>
/// Checks whether the gzip data ends where the ar member ends. The runtime's decoder verifies each gzip member and its checksum, but stops silently
/// at data that is not gzip; then the last eight bytes are not the checksum and length of the decompressed data.
/// </summary>
internal sealed class GzipEnd(ArContent content)
{
    private readonly Crc32 _crc = new();
    private uint _length;

    /// <summary>Adds decompressed bytes.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        _crc.Append(data);
        _length += (uint)data.Length;
    }

    /// <summary>Compares the checksum and length at the end.</summary>
    public bool IsRight() =>
        content.Read(stackalloc byte[1]) == 0
        && BinaryPrimitives.ReadUInt32LittleEndian(content.Tail) == _crc.GetCurrentHashAsUInt32()
        && BinaryPrimitives.ReadUInt32LittleEndian(content.Tail[4..]) == _length;
}
