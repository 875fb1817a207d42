using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace BusyboxGlibc.Tests.Debian.Package;

/// <summary>Makes package files in memory, hostile ones too: every field can be a lie.</summary>
internal static class DebMaker
{
    public const string ControlText = "Package: sample\nVersion: 1:2.3-4~x\nArchitecture: amd64\nDescription: a sample\n with a long text\n .\n and a dot\n";

    public static byte[] Control { get; } = Tar(File("./control", ControlText), File("./md5sums", "d41d8cd98f00b204e9800998ecf8427e  usr/bin/empty\n"));

    public static byte[] Deb(byte[] data, string compression = "", byte[]? control = null) =>
        Ar(("debian-binary", "2.0\n"u8.ToArray()), ("control.tar" + compression, Packed(control ?? Control, compression)), ("data.tar" + compression, Packed(data, compression)));

    public static byte[] DebOf(params byte[][] members) => Deb(Tar(members));

    public static byte[] Ar(params (string Name, byte[] Content)[] members)
    {
        using var file = new MemoryStream();
        file.Write("!<arch>\n"u8);
        foreach (var (name, content) in members)
        {
            file.Write(Encoding.ASCII.GetBytes($"{name,-16}{0,-12}{0,-6}{0,-6}{100644,-8}{content.Length,-10}`\n"));
            file.Write(content);
            if (content.Length % 2 != 0)
            {
                file.WriteByte((byte)'\n');
            }
        }

        return file.ToArray();
    }

    public static byte[] Tar(params byte[][] members) => [.. members.SelectMany(member => member), .. new byte[1024]];

    public static byte[] File(string path, string text, int mode = 0x1A4) => Member(path, '0', Encoding.UTF8.GetBytes(text), mode: mode);

    public static byte[] Folder(string path) => Member(path, '5', mode: 0x1ED);

    public static byte[] Link(string path, string target, char type = '2') => Member(path, type, link: target);

    public static byte[] Member(
        string path, char type, byte[]? content = null, string link = "", int mode = 0x1A4, long? size = null, string magic = "ustar  \0", string? sizeField = null)
    {
        content ??= [];
        var member = new byte[512 + ((content.Length + 511) / 512 * 512)];
        content.CopyTo(member, 512);
        Put(member, 0, 100, path);
        Put(member, 100, 8, Octal(mode, 7));
        Put(member, 108, 8, Octal(0, 7));
        Put(member, 116, 8, Octal(0, 7));
        Put(member, 124, 12, sizeField ?? Octal(size ?? content.Length, 11));
        Put(member, 136, 12, Octal(1_700_000_000, 11));
        member[156] = (byte)type;
        Put(member, 157, 100, link);
        Put(member, 257, 8, magic);
        return WithChecksum(member);
    }

    public static byte[] WithChecksum(byte[] tar, int at = 0)
    {
        Put(tar, at + 148, 8, new string(' ', 8));
        var sum = 0L;
        for (var i = 0; i < 512; i++)
        {
            sum += tar[at + i];
        }

        Put(tar, at + 148, 8, Octal(sum, 6) + "\0 ");
        return tar;
    }

    /// <summary>Any bytes in a valid xz file: LZMA2 stored chunks, every checksum right.</summary>
    public static byte[] Xz(byte[] data, byte dictionary = 22)
    {
        using var file = new MemoryStream();
        Span<byte> number = stackalloc byte[8];
        byte[] head = [0xFD, .. "7zXZ\0"u8, 0, 4];
        file.Write(head);
        Crc32(file, head.AsSpan(6));
        byte[] block = [2, 0, 0x21, 1, dictionary, 0, 0, 0];
        file.Write(block);
        Crc32(file, block);
        for (var at = 0; at < data.Length; at += 1 << 16)
        {
            var count = Math.Min(1 << 16, data.Length - at);
            file.Write([(byte)(at == 0 ? 1 : 2), (byte)((count - 1) >> 8), (byte)(count - 1)]);
            file.Write(data, at, count);
        }

        file.WriteByte(0);
        var unpadded = file.Length - 12 + 8;
        while (file.Length % 4 != 0)
        {
            file.WriteByte(0);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(number, Check(data, 0xC96C5795D7870F42, ulong.MaxValue));
        file.Write(number);
        List<byte> index = [0, 1, .. Variable(unpadded), .. Variable(data.Length)];
        while (index.Count % 4 != 0)
        {
            index.Add(0);
        }

        file.Write([.. index]);
        Crc32(file, [.. index]);
        byte[] end = [(byte)(index.Count / 4), 0, 0, 0, 0, 4];
        Crc32(file, end);
        file.Write(end);
        file.Write("YZ"u8);
        return file.ToArray();
    }

    public static byte[] Packed(byte[] data, string compression)
    {
        switch (compression)
        {
            case "":
                return data;
            case ".xz":
                return Xz(data);
            case ".zst":
                using (var compressor = new ZstdSharp.Compressor(3))
                {
                    return compressor.Wrap(data).ToArray();
                }

            case ".gz":
                using (var packed = new MemoryStream())
                {
                    using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                    {
                        gzip.Write(data);
                    }

                    return packed.ToArray();
                }

            default:
                return data;
        }
    }

    private static List<byte> Variable(long value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return bytes;
    }

    private static void Crc32(MemoryStream file, ReadOnlySpan<byte> of)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)Check(of, 0xEDB88320, uint.MaxValue));
        file.Write(number);
    }

    /// <summary>A reflected CRC, bit by bit: slow, and independent of the one under test.</summary>
    private static ulong Check(ReadOnlySpan<byte> data, ulong polynomial, ulong ones)
    {
        var value = ones;
        foreach (var b in data)
        {
            value ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ polynomial;
            }
        }

        return value ^ ones;
    }

    private static string Octal(long value, int digits) => Convert.ToString(value, 8).PadLeft(digits, '0');

    private static void Put(byte[] target, int at, int length, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        target.AsSpan(at, length).Clear();
        bytes.AsSpan(0, Math.Min(length, bytes.Length)).CopyTo(target.AsSpan(at));
    }
}
