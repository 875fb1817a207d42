namespace BusyboxGlibc.Formats.Elf;

/// <summary>The attributes of a whole file in its <c>.ARM.attributes</c> section, "Addenda to, and Errata in, the ABI for the Arm Architecture".</summary>
/// <param name="CpuArchitecture"><c>Tag_CPU_arch</c>.</param>
/// <param name="FloatArguments"><c>Tag_ABI_VFP_args</c>: 0 in core registers, 1 in floating-point registers, 3 either.</param>
internal sealed record ElfAttributes(ulong CpuArchitecture, ulong FloatArguments)
{
    private const uint SectionType = 0x70000003;
    private const int CpuArchitectureTag = 6;
    private const int FloatArgumentsTag = 28;
    private const int CompatibilityTag = 32;

    /// <summary>Returns the section, or why it is malformed; neither for a file of another machine or without one.</summary>
    internal static (ElfAttributes? Said, string? Fault) Of(ElfImage image)
    {
        try
        {
            return image.Identity.Machine == ElfIdentity.Arm ? (Read(image), null) : default;
        }
        catch (ElfException fault)
        {
            return (null, fault.Why);
        }
    }

    /// <summary>Reads the section; returns null if there is none, as in a file without section headers.</summary>
    /// <exception cref="ElfException">The section is malformed.</exception>
    private static ElfAttributes? Read(ElfImage image) => Section(image) is { } section ? Parse(image, section) : null;

    private static ElfRange? Section(ElfImage image)
    {
        var reader = image.Reader;
        var size = image.Is64 ? 64 : 40;
        var table = reader.Address(image.Is64 ? 40 : 32);
        var count = reader.Half(image.Is64 ? 60 : 48);
        if (table == 0 || reader.Half(image.Is64 ? 58 : 46) != size || table > (ulong)image.Data.Length
            || (ulong)count * (ulong)size > (ulong)image.Data.Length - table)
        {
            return null;
        }

        for (var index = 0; index < count; index++)
        {
            var at = (int)table + (index * size);
            if (reader.Word(at + 4) == SectionType)
            {
                var offset = reader.Address(at + (image.Is64 ? 24 : 16));
                var length = reader.Address(at + (image.Is64 ? 32 : 20));
                return offset <= (ulong)image.Data.Length && length <= (ulong)image.Data.Length - offset
                    ? new ElfRange((int)offset, (int)(offset + length))
                    : throw Malformed(image);
            }
        }

        return null;
    }

    private static ElfAttributes Parse(ElfImage image, ElfRange section)
    {
        var reader = image.Reader;
        var found = new ElfAttributes(0, 0);
        if (section.Length == 0 || reader.Byte(section.Start) != (byte)'A')
        {
            throw Malformed(image);
        }

        for (var at = section.Start + 1; at < section.End;)
        {
            var vendor = Block(image, at, section.End, 0);
            var name = image.Bytes(new ElfRange(vendor.Start, vendor.End)).IndexOf((byte)0);
            if (name < 0)
            {
                throw Malformed(image);
            }

            if (image.Bytes(new ElfRange(vendor.Start, vendor.Start + name)).SequenceEqual("aeabi"u8))
            {
                for (var part = vendor.Start + name + 1; part < vendor.End;)
                {
                    // Tag 1: for the whole file; other tags are for sections or symbols.
                    var block = Block(image, part, vendor.End, 1);
                    found = reader.Byte(part) == 1 ? ParseFile(image, block, found) : found;
                    part = block.End;
                }
            }

            at = vendor.End;
        }

        return found;
    }

    // A length that includes itself and the tag before it, and its content.
    private static ElfRange Block(ElfImage image, int at, int end, int tagBytes)
    {
        var head = tagBytes + 4;
        if (end - at < head)
        {
            throw Malformed(image);
        }

        var length = image.Reader.Word(at + tagBytes);
        return length >= head && length <= end - at ? new ElfRange(at + head, at + (int)length) : throw Malformed(image);
    }

    private static ElfAttributes ParseFile(ElfImage image, ElfRange block, ElfAttributes found)
    {
        for (var at = block.Start; at < block.End;)
        {
            var tag = Number(image, ref at, block.End);

            // Odd tags from 32 on, and the two CPU names, contain text; Tag_compatibility contains a number and text.
            var isText = tag is 4 or 5 || (tag > CompatibilityTag && tag % 2 == 1);
            var value = isText ? 0 : Number(image, ref at, block.End);
            if (isText || tag == CompatibilityTag)
            {
                var end = image.Bytes(new ElfRange(at, block.End)).IndexOf((byte)0);
                at = end < 0 ? throw Malformed(image) : at + end + 1;
            }

            found = tag switch
            {
                CpuArchitectureTag => found with { CpuArchitecture = value },
                FloatArgumentsTag => found with { FloatArguments = value },
                _ => found,
            };
        }

        return found;
    }

    // ULEB128, with at most the five bytes needed for 32 bits.
    private static ulong Number(ElfImage image, ref int at, int end)
    {
        var value = 0ul;
        for (var shift = 0; shift < 35 && at < end; shift += 7)
        {
            var part = image.Reader.Byte(at++);
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Malformed(image);
    }

    private static ElfException Malformed(ElfImage image) => image.Fault("its .ARM.attributes section is malformed");
}
