namespace BusyboxGlibc.Formats.Xz;

/// <summary>
/// Decodes LZMA2, the filter of every xz file written by dpkg-deb, chunk by chunk into a sliding window. The window grows with the decoded data, so a
/// header that declares a large dictionary costs nothing until data fills it.
/// </summary>
internal sealed class Lzma2Decoder : IDisposable
{
    private const int MaxChunk = 1 << 21;
    private const int FirstWindow = 1 << 16;

    private readonly LzmaDecoder _lzma = new();
    private readonly byte[] _input = new byte[(1 << 16) + LzmaDecoder.InputPadding];
    private int _dictionarySize;
    private byte[] _window = [];
    private int _read;
    private int _written;
    private bool _needsDictionaryReset = true;
    private bool _needsProperties = true;
    private bool _needsStateReset = true;

    /// <summary>Begins a block. The window of the previous block is not accessible: the first chunk must reset the dictionary.</summary>
    /// <param name="dictionary">The dictionary's size in bytes.</param>
    public void Restart(int dictionary)
    {
        _dictionarySize = dictionary;
        _read = _written = 0;
        _needsDictionaryReset = _needsProperties = _needsStateReset = true;
    }

    /// <summary>The decoded bytes that were not consumed yet.</summary>
    public ReadOnlySpan<byte> Ready => _window.AsSpan(_read, _written - _read);

    /// <summary>Consumes bytes from the front of <see cref="Ready"/>.</summary>
    public void Take(int count) => _read += count;

    /// <summary>Decodes the next chunk; everything before it must have been consumed.</summary>
    /// <returns>False at the end of the block.</returns>
    /// <exception cref="InvalidDataException">The chunk is damaged or truncated.</exception>
    public bool Next(XzInput source)
    {
        var control = source.Byte();
        if (control == 0)
        {
            return false;
        }

        if (control >= 0xE0 || control == 1)
        {
            // The history is invalid, and everything before it has been consumed. Old match distances must not remain valid either.
            _needsDictionaryReset = false;
            _needsProperties = true;
            _read = _written = 0;
        }
        else if (_needsDictionaryReset)
        {
            throw new InvalidDataException("the LZMA2 data does not start with a dictionary reset");
        }

        if (control < 0x80)
        {
            if (control > 2)
            {
                throw new InvalidDataException($"LZMA2 control byte 0x{control:x2} is not defined");
            }

            var plain = (source.Byte() << 8) + source.Byte() + 1;
            MakeRoom(plain);
            source.Exactly(_window.AsSpan(_written, plain));
            _written += plain;
            return true;
        }

        var size = ((control & 0x1F) << 16) + (source.Byte() << 8) + source.Byte() + 1;
        var packed = (source.Byte() << 8) + source.Byte() + 1;
        if (control >= 0xC0)
        {
            _lzma.SetProperties(source.Byte());
            _needsProperties = false;
            _needsStateReset = true;
        }
        else if (_needsProperties)
        {
            throw new InvalidDataException("the LZMA2 data has no properties before its first chunk");
        }

        if (control >= 0xA0)
        {
            _lzma.Reset();
            _needsStateReset = false;
        }
        else if (_needsStateReset)
        {
            throw new InvalidDataException("the LZMA2 data has no state reset before its first chunk");
        }

        source.Exactly(_input.AsSpan(0, packed));
        MakeRoom(size);
        _lzma.Decode(_window, _written, _written + size, _dictionarySize, _input, packed);
        _written += size;
        return true;
    }

    /// <summary>Releases the window. A build decodes hundreds of packages, each with a window of several megabytes.</summary>
    public void Dispose()
    {
        DecodingMemory.Return(_window);
        _window = [];
        _read = _written = 0;
    }

    private void MakeRoom(int size)
    {
        if (_written + size <= _window.Length)
        {
            return;
        }

        // Sliding by a multiple of 16 keeps the low bits of positions, which the decoder's contexts depend on.
        var slide = Math.Max(0, _written - _dictionarySize) & ~15;
        if (slide >= MaxChunk || (slide > 0 && _written - slide + size <= _window.Length))
        {
            _window.AsSpan(slide, _written - slide).CopyTo(_window);
            _written -= slide;
            _read = _written;
        }

        if (_written + size > _window.Length)
        {
            var wanted = Math.Max(FirstWindow, Math.Max(_written + size, 2L * _window.Length));
            var larger = DecodingMemory.Rent((int)Math.Max(_written + size, Math.Min(wanted, (long)_dictionarySize + (2 * MaxChunk) + 16)));
            _window.AsSpan(0, _written).CopyTo(larger);
            DecodingMemory.Return(_window);
            _window = larger;
        }
    }
}
