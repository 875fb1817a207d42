using System.Runtime.CompilerServices;

namespace BusyboxGlibc.Formats.Xz;

/// <summary>
/// Decodes the LZMA chunks of an LZMA2 stream into a window that the caller owns. A chunk is decoded at once: its input is at most 64 KiB and its
/// output at most 2 MiB, so the inner loop neither refills nor wraps, and keeps its state in registers.
/// </summary>
internal sealed class LzmaDecoder
{
    /// <summary>The number of bytes that must follow the chunk in its buffer: one symbol may read that far before the end is detected.</summary>
    public const int InputPadding = 128;

    private const int States = 12;
    private const int PositionStates = 16;

    // The start of each group of probabilities in the single array that contains them all.
    private const int IsMatch = 0;
    private const int IsRep = IsMatch + (States * PositionStates);
    private const int IsRep0 = IsRep + States;
    private const int IsRep1 = IsRep0 + States;
    private const int IsRep2 = IsRep1 + States;
    private const int IsRep0Long = IsRep2 + States;
    private const int DistanceSlot = IsRep0Long + (States * PositionStates);
    private const int DistanceSpecial = DistanceSlot + (4 * 64);
    private const int DistanceAlign = DistanceSpecial + 128;
    private const int MatchLength = DistanceAlign + 16;
    private const int LengthLow = 2;
    private const int LengthMiddle = LengthLow + (PositionStates * 8);
    private const int LengthHigh = LengthMiddle + (PositionStates * 8);
    private const int LengthSize = LengthHigh + 256;
    private const int RepLength = MatchLength + LengthSize;
    private const int Literal = RepLength + LengthSize;
    private const int LiteralSize = 0x300;
    private const int MaxLiteralBits = 4;

    private readonly ushort[] _probabilities = new ushort[Literal + (LiteralSize << MaxLiteralBits)];
    private int _literalContextBits;
    private int _literalPositionMask;
    private int _positionMask;
    private int _state;
    private uint _rep0;
    private uint _rep1;
    private uint _rep2;
    private uint _rep3;

    /// <summary>Sets lc, lp and pb from the properties byte of a chunk.</summary>
    /// <exception cref="InvalidDataException">The byte is out of range, or lc + lp is above 4, the limit of LZMA2.</exception>
    public void SetProperties(int properties)
    {
        var positionBits = properties / 45;
        var literalPositionBits = properties / 9 % 5;
        _literalContextBits = properties % 9;
        if (positionBits > 4 || _literalContextBits + literalPositionBits > MaxLiteralBits)
        {
            throw new InvalidDataException($"LZMA properties byte {properties} is out of range");
        }

        _literalPositionMask = (1 << literalPositionBits) - 1;
        _positionMask = (1 << positionBits) - 1;
    }

    /// <summary>Resets all probabilities and state, for a chunk with a state reset.</summary>
    public void Reset()
    {
        Array.Fill(_probabilities, (ushort)1024);
        _state = 0;
        _rep0 = _rep1 = _rep2 = _rep3 = 0;
    }

    /// <summary>Decodes one chunk.</summary>
    /// <param name="window">Contains the history before <paramref name="position"/> and receives the output.</param>
    /// <param name="position">Where output starts; also the number of bytes of history, modulo 16 the position since the last
    /// dictionary reset.</param>
    /// <param name="end">The exact end of the output.</param>
    /// <param name="dictionarySize">The maximum distance of a match.</param>
    /// <param name="input">The chunk, followed by <see cref="InputPadding"/> arbitrary bytes.</param>
    /// <param name="inputSize">The number of bytes in the chunk; all must be consumed.</param>
    /// <exception cref="InvalidDataException">The chunk is not valid LZMA data.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Decode(byte[] window, int position, int end, int dictionarySize, byte[] input, int inputSize)
    {
        if (inputSize < 5 || input[0] != 0)
        {
            throw Damaged();
        }

        var probs = _probabilities;
        var range = uint.MaxValue;
        var code = ((uint)input[1] << 24) | ((uint)input[2] << 16) | ((uint)input[3] << 8) | input[4];
        var next = 5;
        var st = _state;
        uint r0 = _rep0, r1 = _rep1, r2 = _rep2, r3 = _rep3;
        var posMask = _positionMask;
        var lc = _literalContextBits;
        var lpMask = _literalPositionMask;

        while (position < end)
        {
            if (next > inputSize)
            {
                throw Damaged();
            }

            var posState = position & posMask;
            if (Bit(ref probs[IsMatch + (st << 4) + posState], ref range, ref code, ref next, input) == 0)
            {
                var previous = position > 0 ? window[position - 1] : 0;
                var literal = Literal + (LiteralSize * (((position & lpMask) << lc) + (previous >> (8 - lc))));
                var symbol = 1;
                if (st < 7)
                {
                    do
                    {
                        symbol = Step(ref probs[literal + symbol], symbol, ref range, ref code, ref next, input);
                    }
                    while (symbol < 0x100);
                    st = st < 4 ? 0 : st - 3;
                }
                else
                {
                    var match = (int)window[position - (int)r0 - 1];
                    var offset = 0x100;
                    do
                    {
                        match <<= 1;
                        var bit = match & offset;
                        var at = literal + offset + bit + symbol;
                        var stepped = Step(ref probs[at], symbol, ref range, ref code, ref next, input);
                        offset &= bit ^ ((stepped & 1) - 1);
                        symbol = stepped;
                    }
                    while (symbol < 0x100);
                    st = st < 10 ? st - 3 : st - 6;
                }

                window[position++] = (byte)symbol;
                continue;
            }

            int length;
            if (Bit(ref probs[IsRep + st], ref range, ref code, ref next, input) == 0)
            {
                r3 = r2;
                r2 = r1;
                r1 = r0;
                length = Length(probs, MatchLength, posState, ref range, ref code, ref next, input);
                st = st < 7 ? 7 : 10;
                r0 = Distance(probs, length, ref range, ref code, ref next, input);
            }
            else
            {
                if (Bit(ref probs[IsRep0 + st], ref range, ref code, ref next, input) == 0)
                {
                    if (Bit(ref probs[IsRep0Long + (st << 4) + posState], ref range, ref code, ref next, input) == 0)
                    {
                        if (r0 >= (uint)position || r0 >= (uint)dictionarySize)
                        {
                            throw Damaged();
                        }

                        st = st < 7 ? 9 : 11;
                        window[position] = window[position - (int)r0 - 1];
                        position++;
                        continue;
                    }
                }
                else
                {
                    uint distance;
                    if (Bit(ref probs[IsRep1 + st], ref range, ref code, ref next, input) == 0)
                    {
                        distance = r1;
                    }
                    else
                    {
                        if (Bit(ref probs[IsRep2 + st], ref range, ref code, ref next, input) == 0)
                        {
                            distance = r2;
                        }
                        else
                        {
                            distance = r3;
                            r3 = r2;
                        }

                        r2 = r1;
                    }

                    r1 = r0;
                    r0 = distance;
                }

                length = Length(probs, RepLength, posState, ref range, ref code, ref next, input);
                st = st < 7 ? 8 : 11;
            }

            // The end marker, distance 0xFFFFFFFF, is not allowed in LZMA2 and is rejected here too.
            if (r0 >= (uint)position || r0 >= (uint)dictionarySize || length > end - position)
            {
                throw Damaged();
            }

            Copy(window, position, (int)r0 + 1, length);
            position += length;
        }

        if (range < 1 << 24)
        {
            code = (code << 8) | input[next++];
        }

        if (next != inputSize || code != 0)
        {
            throw Damaged();
        }

        _state = st;
        _rep0 = r0;
        _rep1 = r1;
        _rep2 = r2;
        _rep3 = r3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(byte[] window, int position, int distance, int length)
    {
        if (distance >= length && length > 16)
        {
            Buffer.BlockCopy(window, position - distance, window, position, length);
            return;
        }

        var to = window.AsSpan(position, length);
        var from = window.AsSpan(position - distance, length);
        for (var i = 0; i < to.Length && i < from.Length; i++)
        {
            to[i] = from[i];
        }
    }

    private static int Length(ushort[] probs, int coder, int posState, ref uint range, ref uint code, ref int next, byte[] input)
    {
        var symbol = 1;
        if (Bit(ref probs[coder], ref range, ref code, ref next, input) == 0)
        {
            var low = coder + LengthLow + (posState << 3);
            symbol = Step(ref probs[low + symbol], symbol, ref range, ref code, ref next, input);
            symbol = Step(ref probs[low + symbol], symbol, ref range, ref code, ref next, input);
            symbol = Step(ref probs[low + symbol], symbol, ref range, ref code, ref next, input);
            return symbol - 8 + 2;
        }

        if (Bit(ref probs[coder + 1], ref range, ref code, ref next, input) == 0)
        {
            var middle = coder + LengthMiddle + (posState << 3);
            symbol = Step(ref probs[middle + symbol], symbol, ref range, ref code, ref next, input);
            symbol = Step(ref probs[middle + symbol], symbol, ref range, ref code, ref next, input);
            symbol = Step(ref probs[middle + symbol], symbol, ref range, ref code, ref next, input);
            return symbol - 8 + 10;
        }

        do
        {
            symbol = Step(ref probs[coder + LengthHigh + symbol], symbol, ref range, ref code, ref next, input);
        }
        while (symbol < 0x100);
        return symbol - 0x100 + 18;
    }

    private static uint Distance(ushort[] probs, int length, ref uint range, ref uint code, ref int next, byte[] input)
    {
        var slots = DistanceSlot + (Math.Min(length - 2, 3) << 6);
        var slot = 1;
        do
        {
            slot = Step(ref probs[slots + slot], slot, ref range, ref code, ref next, input);
        }
        while (slot < 64);
        slot -= 64;
        if (slot < 4)
        {
            return (uint)slot;
        }

        var bits = (slot >> 1) - 1;
        var distance = (2u | ((uint)slot & 1)) << bits;
        var tree = DistanceAlign;
        if (slot < 14)
        {
            tree = DistanceSpecial + (int)distance - slot;
        }
        else
        {
            for (var left = bits - 4; left > 0; left--)
            {
                if (range < 1 << 24)
                {
                    range <<= 8;
                    code = (code << 8) | input[next++];
                }

                range >>= 1;
                var zero = (uint)(((ulong)code - range) >> 32);
                code -= range & ~zero;
                distance += (1 + zero) << (left + 3);
            }

            bits = 4;
        }

        var symbol = 1;
        for (var i = 0; i < bits; i++)
        {
            symbol = Step(ref probs[tree + symbol], symbol, ref range, ref code, ref next, input);
            distance += ((uint)symbol & 1) << i;
        }

        return distance;
    }

    /// <summary>Decodes one bit that is usually well predicted: a branch is the fastest way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Bit(ref ushort probability, ref uint range, ref uint code, ref int next, byte[] input)
    {
        if (range < 1 << 24)
        {
            range <<= 8;
            code = (code << 8) | input[next++];
        }

        uint p = probability;
        var bound = (range >> 11) * p;
        if (code < bound)
        {
            range = bound;
            probability = (ushort)(p + ((2048 - p) >> 5));
            return 0;
        }

        range -= bound;
        code -= bound;
        probability = (ushort)(p - (p >> 5));
        return 1;
    }

    /// <summary>Decodes one step of a bit tree. Its bits are almost random, so it uses a mask: all ones for a zero bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Step(ref ushort probability, int symbol, ref uint range, ref uint code, ref int next, byte[] input)
    {
        if (range < 1 << 24)
        {
            range <<= 8;
            code = (code << 8) | input[next++];
        }

        int p = probability;
        var bound = (range >> 11) * (uint)p;
        var difference = (ulong)code - bound;
        var zero = (uint)(difference >> 32);
        var rest = range - bound;
        range = rest ^ (zero & (rest ^ bound));
        code = (uint)difference + (zero & bound);
        probability = (ushort)(p - ((p - (int)(zero & 2017)) >> 5));
        return (symbol << 1) + 1 + (int)zero;
    }

    private static InvalidDataException Damaged() => new("the LZMA data is damaged");
}
