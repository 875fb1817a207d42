using System.Text;

namespace BusyboxGlibc.Formats.Tar;

/// <summary>
/// One 512-byte header of POSIX.1 pax "ustar Interchange Format": the fields that an image needs, in a single canonical form. See pax(1p); <see cref="TarHeader"/> reads it.
/// </summary>
internal sealed record UstarHeader(
    string Name, char Type, int Mode, long UserId, long GroupId, long Size, long ModificationTime, string LinkName)
{
    internal const int NameBytes = 100;
    internal const int PrefixBytes = 155;
    internal const long MaxOwner = 0x1FFFFF; // seven octal digits
    internal const long MaxNumber = 0x1FFFFFFFF; // eleven octal digits

    /// <summary>Returns where a name is split into prefix and name: -1 for no split, null if it does not fit.</summary>
    internal static int? Split(string name)
    {
        if (!Ascii.IsValid(name))
        {
            return null;
        }

        if (name.Length <= NameBytes)
        {
            return -1;
        }

        var slash = name.IndexOf('/', name.Length - NameBytes - 1);
        return slash > 0 && slash <= PrefixBytes && slash < name.Length - 1 ? slash : null;
    }

    /// <summary>Returns the bytes of the header. Name and link name must fit; numbers are octal, zero-padded and NUL-terminated, owner names empty.</summary>
    internal void Write(Span<byte> block)
    {
        block.Clear();
        var cut = Split(Name) ?? throw new InvalidOperationException("a name that needs a pax header reached the ustar header");
        Encoding.ASCII.GetBytes(Name.AsSpan(cut + 1), block[..NameBytes]);
        Octal(block[100..108], Mode);
        Octal(block[108..116], UserId);
        Octal(block[116..124], GroupId);
        Octal(block[124..136], Size);
        Octal(block[136..148], ModificationTime);
        block[156] = (byte)Type;
        Encoding.ASCII.GetBytes(LinkName, block[157..257]);
        "ustar\0"u8.CopyTo(block[257..]);
        "00"u8.CopyTo(block[263..]);
        Octal(block[329..337], 0);
        Octal(block[337..345], 0);
        if (cut >= 0)
        {
            Encoding.ASCII.GetBytes(Name.AsSpan(0, cut), block[345..500]);
        }

        Octal(block[148..155], TarHeader.Checksum(block));
        block[155] = (byte)' ';
    }

    private static void Octal(Span<byte> field, long value)
    {
        for (var at = field.Length - 2; at >= 0; at--)
        {
            field[at] = (byte)('0' + (value & 7));
            value >>= 3;
        }

        field[^1] = 0;
        if (value != 0)
        {
            throw new InvalidOperationException("a number that needs a pax header reached the ustar header");
        }
    }
}
