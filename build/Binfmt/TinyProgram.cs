using System.Buffers.Binary;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Binfmt;

/// <summary>
/// The smallest real program of a platform: a static ELF executable (elf(5)) with one segment and a few instructions that exit with <see
/// cref="ExitCode"/> (syscall(2)) and do nothing else.
/// </summary>
internal static class TinyProgram
{
    /// <summary>Its exit code; a failing emulator or shell does not use this code.</summary>
    public const int ExitCode = 42;

    private const uint Base = 0x400000;
    private const uint LargestPage = 0x10000;

    // Instructions as encoded by the assembler, in the platform's own byte order.
    private static readonly Dictionary<string, (uint Flags, byte[] Code)> _programs = new(StringComparer.Ordinal)
    {
        // mov $42,%edi; mov $60,%eax; syscall
        ["linux/amd64"] = (0, [0xbf, 0x2a, 0, 0, 0, 0xb8, 0x3c, 0, 0, 0, 0x0f, 0x05]),

        // mov x0, #42; mov x8, #93; svc #0
        ["linux/arm64"] = (0, Words(0xd2800540, 0xd2800ba8, 0xd4000001)),

        // movw r0, #42; mov r7, #1; svc 0. The first instruction is ARMv7's: an older processor fails. EABI 5, hard float.
        ["linux/arm/v7"] = (0x05000400, Words(0xe300002a, 0xe3a07001, 0xef000000)),

        // mov r0, #42; mov r7, #1; svc 0. EABI 5, soft float.
        ["linux/arm/v6"] = (0x05000200, Words(0xe3a0002a, 0xe3a07001, 0xef000000)),

        // mov $42,%ebx; mov $1,%eax; int $0x80
        ["linux/386"] = (0, [0xbb, 0x2a, 0, 0, 0, 0xb8, 0x01, 0, 0, 0, 0xcd, 0x80]),

        // li r0,1; li r3,42; sc. ELF ABI version 2.
        ["linux/ppc64le"] = (2, Words(0x38000001, 0x3860002a, 0x44000002)),

        // li a0,42; li a7,93; ecall. Double floats in registers.
        ["linux/riscv64"] = (4, Words(0x02a00513, 0x05d00893, 0x00000073)),

        // mov r0, #42; mov r7, #1; svc 0. EABI 5, soft float.
        ["linux/arm/v5"] = (0x05000200, Words(0xe3a0002a, 0xe3a07001, 0xef000000)),

        // vxor.v $vr0,$vr0,$vr0; addi.w $a0,$zero,42; addi.w $a7,$zero,93; syscall 0. The first instruction is of LSX, which Debian's programs use and an
        // emulator before qemu 8.1 lacks. Double floats in registers, object ABI version 1.
        ["linux/loong64"] = (0x43, Words(0x71270000, 0x0280a804, 0x0281740b, 0x002b0000)),

        // lghi %r2,42; svc 1
        ["linux/s390x"] = (0, [0xa7, 0x29, 0x00, 0x2a, 0x0a, 0x01]),
    };

    /// <summary>Returns the bytes of the program.</summary>
    /// <param name="platform">One of <see cref="KnownPlatforms.All"/>.</param>
    public static byte[] For(Platform platform)
    {
        var (flags, code) = _programs[platform.Name];
        var is64 = platform.ElfBits == 64;
        var (header, segment) = is64 ? (64, 56) : (52, 32);
        var file = new byte[header + segment + code.Length];
        code.CopyTo(file, header + segment);
        var writer = new Writer(file, is64, platform.IsBigEndian);

        // e_ident: magic, class, byte order, version, System V.
        writer.Bytes([0x7f, (byte)'E', (byte)'L', (byte)'F', (byte)(is64 ? 2 : 1), (byte)(platform.IsBigEndian ? 2 : 1), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        writer.Half(2); // e_type: ET_EXEC
        writer.Half(platform.ElfMachine);
        writer.Word(1); // e_version
        writer.Address(Base + (uint)(header + segment)); // e_entry
        writer.Address((uint)header); // e_phoff
        writer.Address(0); // e_shoff
        writer.Word(flags);
        writer.Half((ushort)header);
        writer.Half((ushort)segment);
        writer.Half(1); // e_phnum
        writer.Half(0); // e_shentsize
        writer.Half(0); // e_shnum
        writer.Half(0); // e_shstrndx

        // One PT_LOAD for the whole file, readable and executable; its flags are at different positions in the two classes.
        const uint load = 1, readExecute = 5;
        writer.Word(load);
        if (is64)
        {
            writer.Word(readExecute);
        }

        writer.Address(0); // p_offset
        writer.Address(Base); // p_vaddr
        writer.Address(Base); // p_paddr
        writer.Address((uint)file.Length); // p_filesz
        writer.Address((uint)file.Length); // p_memsz
        if (!is64)
        {
            writer.Word(readExecute);
        }

        writer.Address(LargestPage); // p_align
        return file;
    }

    private static byte[] Words(params uint[] words)
    {
        var bytes = new byte[4 * words.Length];
        foreach (var (index, word) in words.Index())
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * index), word);
        }

        return bytes;
    }

    // Writes one field after another.
    private sealed class Writer(byte[] file, bool is64, bool isBigEndian)
    {
        private int _at;

        public void Bytes(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(file.AsSpan(_at));
            _at += bytes.Length;
        }

        public void Half(ushort value) => Number(value, 2);

        public void Word(uint value) => Number(value, 4);

        public void Address(uint value) => Number(value, is64 ? 8 : 4);

        private void Number(ulong value, int size)
        {
            for (var index = 0; index < size; index++)
            {
                file[_at + (isBigEndian ? size - 1 - index : index)] = (byte)(value >> (8 * index));
            }

            _at += size;
        }
    }
}
