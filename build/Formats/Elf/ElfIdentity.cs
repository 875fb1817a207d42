using System.Globalization;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>The identification in an ELF header, gABI chapter 4 "ELF Header".</summary>
/// <param name="Machine"><c>e_machine</c>.</param>
/// <param name="Bits">32 or 64, from <c>EI_CLASS</c>.</param>
/// <param name="IsBigEndian">Whether <c>EI_DATA</c> is <c>ELFDATA2MSB</c>.</param>
/// <param name="Type"><c>e_type</c>: 1 relocatable, 2 executable, 3 shared (libraries and position-independent executables), 4 core.</param>
/// <param name="Flags"><c>e_flags</c>, with the meaning defined by the machine's ABI supplement.</param>
/// <param name="OsAbi"><c>EI_OSABI</c>: 0 System V, 3 GNU.</param>
internal sealed record ElfIdentity(ushort Machine, int Bits, bool IsBigEndian, ushort Type, uint Flags, byte OsAbi = 0)
{
    /// <summary><c>e_type</c> of a relocatable object, which no loader accepts.</summary>
    public const ushort Relocatable = 1;

    internal const ushort I386 = 3;
    internal const ushort Ppc64 = 21;
    internal const ushort S390 = 22;
    internal const ushort Arm = 40;
    internal const ushort X8664 = 62;
    internal const ushort Aarch64 = 183;
    internal const ushort RiscV = 243;
    internal const ushort LoongArch = 258;

    /// <summary>Programs that the kernel starts itself, without the loader.</summary>
    internal const ushort Bpf = 247;

    /// <summary>Whether a process with the other's machine, class and byte order could load this file.</summary>
    public bool IsLike(ElfIdentity other) => Machine == other.Machine && Bits == other.Bits && IsBigEndian == other.IsBigEndian;

    /// <summary>Machine, class and byte order as text: <c>32-bit ARM</c>, <c>64-bit PowerPC big endian</c>.</summary>
    public override string ToString() => Describe(Machine, Bits, IsBigEndian);

    internal static string Describe(ushort machine, int bits, bool isBigEndian)
    {
        var name = machine switch
        {
            I386 => "x86",
            Ppc64 => "PowerPC",
            S390 => "S/390",
            Arm => "ARM",
            X8664 => bits == 32 ? "x32" : "x86-64",
            Aarch64 => "AArch64",
            RiscV => "RISC-V",
            LoongArch => "LoongArch",
            _ => "machine " + machine.ToString(CultureInfo.InvariantCulture),
        };

        // The byte order is stated only for machines that have both.
        var order = machine is Ppc64 or Arm or Aarch64
            ? isBigEndian ? " big endian" : machine == Ppc64 ? " little endian" : string.Empty
            : isBigEndian == (machine == S390) ? string.Empty : isBigEndian ? " big endian" : " little endian";
        return $"{bits}-bit {name}{order}";
    }
}
