using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Formats.Xz;

/// <summary>
/// Decompresses the .xz file format, version 1.2.1 of its specification: any number of blocks and of concatenated streams, with only the LZMA2
/// filter, the one that dpkg-deb and the archive use. Everything that the format allows to verify is verified: header and index checksums, the
/// content's CRC-32, CRC-64 or SHA-256, the sizes in headers, index and footer. The dictionary size in a header is limited before anything is
/// allocated. Damaged data is an <see cref="InvalidDataException"/>.
/// </summary>
/// <remarks>
/// Implemented here because the decoder available as a package stops silently after the first of concatenated streams, does not verify SHA-256, and
/// reads its source byte by byte.
/// </remarks>
internal sealed class XzStream : ForwardStream
{
    private const int CheckCrc32 = 1;
    private const int CheckCrc64 = 4;
    private const int CheckSha256 = 10;

    private readonly XzInput _input;
    private readonly Stream _source;
    private readonly int _maxDictionary;
    private readonly byte[] _small = new byte[1024];
    private readonly XzIndexHash _seen = new();
    private readonly XzIndexHash _listed = new();
    private readonly Lzma2Decoder _block = new();
    private readonly Crc32 _crc32 = new();
    private readonly Crc64 _crc64 = new();
    private IncrementalHash? _sha;
    private int _check;
    private long _blockStart;
    private int _blockHeader;
    private long _blockSize;
    private long? _declaredPacked;
    private long? _declaredSize;
    private long _streamStart;
    private bool _inStream;
    private bool _inBlock;
    private bool _ended;

    /// <summary>Starts reading.</summary>
    /// <param name="source">The compressed bytes; closed with this stream.</param>
    /// <param name="maxDictionary">The largest dictionary accepted, in bytes.</param>
    public XzStream(Stream source, int maxDictionary)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _maxDictionary = maxDictionary;
        _input = new XzInput(source);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length == 0)
        {
            return 0;
        }

        while (_block.Ready.Length == 0)
        {
            if (!Advance())
            {
                return 0;
            }
        }

        var count = Math.Min(buffer.Length, _block.Ready.Length);
        _block.Ready[..count].CopyTo(buffer);
        _block.Take(count);
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ended = true;
            _block.Dispose();
            _sha?.Dispose();
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Processes one step: a stream header, a block header, a chunk, or the end of one of them. Returns false at the end of the input.</summary>
    private bool Advance()
    {
        if (_ended)
        {
            return false;
        }

        if (_inBlock)
        {
            if (_block.Next(_input))
            {
                Account(_block.Ready);
            }
            else
            {
                EndBlock();
            }

            return true;
        }

        if (_inStream)
        {
            _blockStart = _input.Position;
            var size = _input.Byte();
            if (size == 0)
            {
                EndStream();
            }
            else
            {
                StartBlock((size + 1) * 4);
            }

            return true;
        }

        if (_streamStart < _input.Position && !SkipPadding())
        {
            _ended = true;
            return false;
        }

        StartStream();
        return true;
    }

    private void Account(ReadOnlySpan<byte> data)
    {
        _blockSize += data.Length;
        if (_blockSize > _declaredSize)
        {
            throw new InvalidDataException("an xz block is longer than its header states");
        }

        switch (_check)
        {
            case CheckCrc32:
                _crc32.Append(data);
                break;
            case CheckCrc64:
                _crc64.Append(data);
                break;
            case CheckSha256:
                _sha!.AppendData(data);
                break;
        }
    }

    private void StartStream()
    {
        var head = _small.AsSpan(0, 12);
        _input.Exactly(head);
        if (head[0] != 0xFD || !head[1..6].SequenceEqual("7zXZ\0"u8))
        {
            throw new InvalidDataException("this is not xz data");
        }

        if (Crc32.HashToUInt32(head[6..8]) != BinaryPrimitives.ReadUInt32LittleEndian(head[8..]))
        {
            throw new InvalidDataException("an xz stream header is damaged");
        }

        _check = head[7];
        if (head[6] != 0 || _check is not (0 or CheckCrc32 or CheckCrc64 or CheckSha256))
        {
            throw new InvalidDataException($"xz check type {_check} is not supported");
        }

        _streamStart = _input.Position;
        _inStream = true;
        _seen.Reset();
    }

    private void StartBlock(int size)
    {
        var header = _small.AsSpan(0, size);
        header[0] = (byte)((size / 4) - 1);
        _input.Exactly(header[1..]);
        if (Crc32.HashToUInt32(header[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(header[^4..]))
        {
            throw new InvalidDataException("an xz block header is damaged");
        }

        var flags = header[1];
        var fields = header[2..^4];
        _declaredPacked = (flags & 0x40) != 0 ? Number(ref fields) : null;
        _declaredSize = (flags & 0x80) != 0 ? Number(ref fields) : null;
        if ((flags & 0x3F) != 0 || fields.Length < 3 || fields[0] != 0x21 || fields[1] != 1)
        {
            throw new InvalidDataException("an xz block uses a filter other than LZMA2");
        }

        if (fields[2] > 40 || fields[3..].ContainsAnyExcept((byte)0))
        {
            throw new InvalidDataException("an xz block header is damaged");
        }

        var dictionary = fields[2] == 40 ? uint.MaxValue : (2L | (uint)(fields[2] & 1)) << ((fields[2] / 2) + 11);
        if (dictionary > _maxDictionary)
        {
            throw new InvalidDataException($"the xz data needs a dictionary of {dictionary} bytes; at most {_maxDictionary} are accepted");
        }

        // One decoder and one instance of each check for all blocks: a block may have only a few bytes, and its buffers would be thousands of times larger.
        _block.Restart((int)dictionary);
        _inBlock = true;
        _blockHeader = size;
        _blockSize = 0;
        _crc32.Reset();
        _crc64.Reset();
        _sha ??= _check == CheckSha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    private void EndBlock()
    {
        _inBlock = false;
        var packed = _input.Position - _blockStart - _blockHeader;
        if ((_declaredPacked ?? packed) != packed || (_declaredSize ?? _blockSize) != _blockSize)
        {
            throw new InvalidDataException("an xz block does not have the length that its header states");
        }

        Padding(packed);
        var length = _check switch { CheckCrc32 => 4, CheckCrc64 => 8, CheckSha256 => 32, _ => 0 };
        Span<byte> expected = stackalloc byte[32];
        Span<byte> found = stackalloc byte[32];
        _input.Exactly(expected[..length]);
        switch (_check)
        {
            case CheckCrc32:
                BinaryPrimitives.WriteUInt64LittleEndian(found, _crc32.GetCurrentHashAsUInt32());
                break;
            case CheckCrc64:
                BinaryPrimitives.WriteUInt64LittleEndian(found, _crc64.Value);
                break;
            case CheckSha256:
                _sha!.GetHashAndReset(found);
                break;
        }

        if (!found[..length].SequenceEqual(expected[..length]))
        {
            throw new InvalidDataException("the checksum of an xz block is wrong");
        }

        _seen.Add(_blockHeader + packed + length, _blockSize);
    }

    /// <summary>Reads the index, which must list exactly the blocks that were read, and the footer, which must match the header.</summary>
    private void EndStream()
    {
        var start = _input.Position - 1;
        var sum = new Crc32();
        sum.Append([0]);
        _listed.Reset();
        var records = IndexNumber(sum);
        if (records != _seen.Count)
        {
            throw new InvalidDataException("the xz index does not match its blocks");
        }

        for (var i = 0L; i < records; i++)
        {
            _listed.Add(IndexNumber(sum), IndexNumber(sum));
        }

        while (((_input.Position - start) & 3) != 0)
        {
            var zero = (byte)_input.Byte();
            sum.Append([zero]);
            if (zero != 0)
            {
                throw new InvalidDataException("the xz index is damaged");
            }
        }

        var size = _input.Position - start + 4;
        var tail = _small.AsSpan(0, 16);
        _input.Exactly(tail);
        if (BinaryPrimitives.ReadUInt32LittleEndian(tail) != sum.GetCurrentHashAsUInt32() || !_listed.Same(_seen))
        {
            throw new InvalidDataException("the xz index does not match its blocks");
        }

        var footer = tail[4..];
        if (Crc32.HashToUInt32(footer[4..10]) != BinaryPrimitives.ReadUInt32LittleEndian(footer)
            || (BinaryPrimitives.ReadUInt32LittleEndian(footer[4..]) + 1L) * 4 != size
            || footer[8] != 0 || footer[9] != _check || !footer[10..].SequenceEqual("YZ"u8))
        {
            throw new InvalidDataException("the xz stream footer is damaged");
        }

        _inStream = false;
    }

    /// <summary>Skips zero bytes between streams, a multiple of four. Returns false if nothing follows.</summary>
    private bool SkipPadding()
    {
        if (_input.AtEnd)
        {
            return false;
        }

        var start = _input.Position;
        while (_input.PeekIsZero)
        {
            _input.Byte();
        }

        if (((_input.Position - start) & 3) != 0)
        {
            throw new InvalidDataException("the xz data is followed by data that is not xz");
        }

        return !_input.AtEnd;
    }

    private void Padding(long length)
    {
        for (; (length & 3) != 0; length++)
        {
            if (_input.Byte() != 0)
            {
                throw new InvalidDataException("the padding of an xz block is not zero");
            }
        }
    }

    private long IndexNumber(Crc32 sum)
    {
        var value = 0L;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var b = (byte)_input.Byte();
            sum.Append([b]);
            value |= (long)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return b != 0 || shift == 0 ? value : throw new InvalidDataException("a number in the xz index is damaged");
            }
        }

        throw new InvalidDataException("a number in the xz index is damaged");
    }

    private static long Number(ref Span<byte> fields)
    {
        var value = 0L;
        for (var i = 0; i < 9 && i < fields.Length; i++)
        {
            value |= (long)(fields[i] & 0x7F) << (7 * i);
            if (fields[i] < 0x80)
            {
                if (fields[i] == 0 && i > 0)
                {
                    break;
                }

                fields = fields[(i + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("a number in an xz block header is damaged");
    }
}
