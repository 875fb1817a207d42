namespace BusyboxGlibc.Formats.Xz;

/// <summary>
/// Decodes LZMA2, the filter of every xz file that dpkg-deb writes, chunk by chunk into a sliding window. The window grows
/// with what is really decoded, so a header that declares a large dictionary costs nothing until the data fills it.
/// </summary>
internal sealed class Lzma2Decoder : IDisposable
{
    private const int MaxChunk = 1 << 21;
    private const int FirstWindow = 1 << 16;

    private readonly LzmaDecoder lzma = new();
    private readonly byte[] input = new byte[(1 << 16) + LzmaDecoder.InputPadding];
    private int dictionarySize;
    private byte[] window = [];
    private int read;
    private int written;
    private bool needsDictionaryReset = true;
    private bool needsProperties = true;
    private bool needsStateReset = true;

    /// <summary>Begins a block. What the one before left in the window is out of reach: the first chunk must reset the dictionary.</summary>
    /// <param name="dictionary">The dictionary's size in bytes.</param>
    public void Restart(int dictionary)
    {
        dictionarySize = dictionary;
        read = written = 0;
        needsDictionaryReset = needsProperties = needsStateReset = true;
    }

    /// <summary>What is decoded and not yet taken.</summary>
    public ReadOnlySpan<byte> Ready => window.AsSpan(read, written - read);

    /// <summary>Takes bytes from the front of <see cref="Ready"/>.</summary>
    public void Take(int count) => read += count;

    /// <summary>Decodes the next chunk once all before it is taken.</summary>
    /// <returns>False at the end of the block.</returns>
    /// <exception cref="InvalidDataException">The chunk is damaged or cut short.</exception>
    public bool Next(XzInput source)
    {
        var control = source.Byte();
        if (control == 0)
        {
            return false;
        }

        if (control >= 0xE0 || control == 1)
        {
            // The history is void, and everything before it has been taken. Old match distances may not survive it either.
            needsDictionaryReset = false;
            needsProperties = true;
            read = written = 0;
        }
        else if (needsDictionaryReset)
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
            source.Exactly(window.AsSpan(written, plain));
            written += plain;
            return true;
        }

        var size = ((control & 0x1F) << 16) + (source.Byte() << 8) + source.Byte() + 1;
        var packed = (source.Byte() << 8) + source.Byte() + 1;
        if (control >= 0xC0)
        {
            lzma.SetProperties(source.Byte());
            needsProperties = false;
            needsStateReset = true;
        }
        else if (needsProperties)
        {
            throw new InvalidDataException("the LZMA2 data has no properties before its first chunk");
        }

        if (control >= 0xA0)
        {
            lzma.Reset();
            needsStateReset = false;
        }
        else if (needsStateReset)
        {
            throw new InvalidDataException("the LZMA2 data has no state reset before its first chunk");
        }

        source.Exactly(input.AsSpan(0, packed));
        MakeRoom(size);
        lzma.Decode(window, written, written + size, dictionarySize, input, packed);
        written += size;
        return true;
    }

    /// <summary>Gives the window back. A build decodes hundreds of packages, each with a window of megabytes.</summary>
    public void Dispose()
    {
        DecodingMemory.Return(window);
        window = [];
        read = written = 0;
    }

    private void MakeRoom(int size)
    {
        if (written + size <= window.Length)
        {
            return;
        }

        // A slide by a multiple of 16 keeps the low bits of positions, which the decoder's contexts depend on.
        var slide = Math.Max(0, written - dictionarySize) & ~15;
        if (slide >= MaxChunk || (slide > 0 && written - slide + size <= window.Length))
        {
            window.AsSpan(slide, written - slide).CopyTo(window);
            written -= slide;
            read = written;
        }

        if (written + size > window.Length)
        {
            var wanted = Math.Max(FirstWindow, Math.Max(written + size, 2L * window.Length));
            var larger = DecodingMemory.Rent((int)Math.Max(written + size, Math.Min(wanted, (long)dictionarySize + (2 * MaxChunk) + 16)));
            window.AsSpan(0, written).CopyTo(larger);
            DecodingMemory.Return(window);
            window = larger;
        }
    }
}
