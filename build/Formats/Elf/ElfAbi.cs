using System.Globalization;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>Checks whether a file is built for a platform: machine, class, byte order, calling convention; and the CPU in its build attributes.</summary>
internal static class ElfAbi
{
    private const uint ArmEabi5 = 0x05000000;
    private const uint ArmSoftFloat = 0x200;
    private const uint ArmHardFloat = 0x400;
    private const uint RiscVFloatMask = 0x6;
    private const uint RiscVDouble = 0x4;
    private const uint RiscVEmbedded = 0x8;
    private const uint LoongArchFloatMask = 0x7;
    private const uint LoongArchDouble = 0x3;
    private const string LoongArchOldLoader = "/lib64/ld.so.1";
    private const byte OsAbiNone = 0;
    private const byte OsAbiGnu = 3;
    private const ulong ArmV5 = 5;
    private const ulong ArmV6 = 6;
    private const ulong ArmV7 = 10;

    /// <summary>Returns why a file cannot run on a platform, or null if no reason was found.</summary>
    /// <remarks>
    /// Missing information is not an error: a PowerPC file without an ABI in its flags, or an ARM file without attributes, is accepted by glibc's loader.
    /// </remarks>
    public static string? Problem(ElfFile file, Platform platform)
    {
        var identity = file.Identity;
        if (identity.Machine != platform.ElfMachine || identity.Bits != platform.ElfBits || identity.IsBigEndian != platform.IsBigEndian)
        {
            return $"is {identity}, not {ElfIdentity.Describe(platform.ElfMachine, platform.ElfBits, platform.IsBigEndian)}";
        }

        if (identity.OsAbi is not (OsAbiNone or OsAbiGnu))
        {
            return $"is for a system other than GNU/Linux (EI_OSABI {identity.OsAbi.ToString(CultureInfo.InvariantCulture)})";
        }

        return identity.Machine switch
        {
            ElfIdentity.Arm => Arm(file, platform),
            ElfIdentity.Ppc64 when (identity.Flags & 3) == 1 => "is for the PowerPC ELF ABI version 1, not 2",
            ElfIdentity.RiscV when (identity.Flags & RiscVFloatMask) != RiscVDouble => "does not pass double floats in registers (lp64d)",
            ElfIdentity.RiscV when (identity.Flags & RiscVEmbedded) != 0 => "is for embedded RISC-V with 16 registers",
            ElfIdentity.LoongArch when (identity.Flags & LoongArchFloatMask) != LoongArchDouble => "does not pass double floats in registers (lp64d)",
            ElfIdentity.LoongArch when file.Interpreter == LoongArchOldLoader =>
                $"is for the old-world ABI of LoongArch (loader {LoongArchOldLoader}), whose system calls and symbol versions are others: build it for the new world",
            _ => null,
        };
    }

    /// <summary>Returns what the build attributes state about a CPU above the platform's, or null.</summary>
    /// <remarks>
    /// They state what some part of the file was compiled for, not what it needs to run: a library may select at run time among functions for several
    /// CPUs, and the linker records the highest of them. No loader reads them.
    /// </remarks>
    public static string? CpuAbove(ElfFile file, Platform platform)
    {
        if (file.Identity.Machine != ElfIdentity.Arm || platform.ElfMachine != ElfIdentity.Arm)
        {
            return null;
        }

        // Problem reports malformed ones.
        return file.Attributes.Said is { } attributes ? Cpu(attributes.CpuArchitecture, platform) : null;
    }

    private static string? Arm(ElfFile file, Platform platform)
    {
        var flags = file.Identity.Flags;
        if ((flags & 0xff000000) != ArmEabi5)
        {
            return "is not for the ARM EABI version 5";
        }

        return file.Attributes.Fault ?? Float(flags, file.Attributes.Said, platform.Triplet.EndsWith("hf", StringComparison.Ordinal));
    }

    // Only programs and libraries have the flags; the attributes are used if the flags do not state it.
    private static string? Float(uint flags, ElfAttributes? attributes, bool isHard)
    {
        var isSilent = (flags & (ArmHardFloat | ArmSoftFloat)) == 0;
        var saysHard = (flags & ArmHardFloat) != 0 || (isSilent && attributes is { FloatArguments: 1 });
        var saysSoft = (flags & ArmSoftFloat) != 0 || (isSilent && attributes is { FloatArguments: 0 });
        return isHard
            ? saysSoft ? "uses the soft-float ABI, not hard-float" : null
            : saysHard ? "uses the hard-float ABI, not soft-float" : null;
    }

    // Up to v7 the numbers increase with the architecture; higher ones are profiles for microcontrollers, and v8.
    private static string? Cpu(ulong architecture, Platform platform)
    {
        var most = platform.Variant switch { "v5" => ArmV5, "v6" => ArmV6, _ => ArmV7 };
        return architecture <= most
            ? null
            : $"has build attributes of {Name(architecture)}, above {platform.Name}";
    }

    private static string Name(ulong architecture) => architecture switch
    {
        6 => "ARMv6",
        7 => "ARMv6KZ",
        8 => "ARMv6T2",
        9 => "ARMv6K",
        10 => "ARMv7",
        11 or 12 => "ARMv6-M",
        13 => "ARMv7E-M",
        14 or 15 => "ARMv8",
        22 => "ARMv9",
        _ => "ARM architecture " + architecture.ToString(CultureInfo.InvariantCulture),
    };
}
