using System.Globalization;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Binfmt;

/// <summary>The user-mode qemu emulators installed on this machine.</summary>
internal static class Emulator
{
    /// <summary>The maximum number of bytes read of one; they have 6 to 17 MB.</summary>
    public const int MaximumSize = 64 << 20;

    private static readonly Dictionary<string, string> _processors = new(StringComparer.Ordinal)
    {
        ["amd64"] = "x86_64", ["arm64"] = "aarch64", ["arm"] = "arm", ["386"] = "i386", ["ppc64le"] = "ppc64le", ["riscv64"] = "riscv64", ["s390x"] = "s390x", ["loong64"] = "loongarch64",
    };

    /// <summary>The possible names of a platform's static emulator, the usual one first.</summary>
    public static IReadOnlyList<string> Names(Platform platform) =>
        [$"qemu-{_processors[platform.Architecture]}-static", $"qemu-{_processors[platform.Architecture]}"];

    /// <summary>Returns the path of a platform's emulator that runs inside a separate root, or null: one that needs libraries of this machine does not.</summary>
    public static string? Find(Platform platform, ICommandRunner commands) => Names(platform).Select(commands.Find).FirstOrDefault(path => path is not null && IsStatic(path));

    /// <summary>Identifies an emulator without reading it: path, size and time.</summary>
    public static string Identity(Platform platform, ICommandRunner commands)
    {
        foreach (var path in Names(platform).Select(commands.Find).OfType<string>())
        {
            var file = new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? new FileInfo(path);
            if (file.Exists)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{path} {file.Length} {file.LastWriteTimeUtc.Ticks}");
            }
        }

        return "none";
    }

    /// <summary>Whether this is an executable that needs no library of this machine.</summary>
    public static bool IsStatic(ReadOnlyMemory<byte> content)
    {
        try
        {
            return ElfFile.IsElf(content.Span) && ElfFile.Read(content, "emulator").Interpreter is null;
        }
        catch (ElfException)
        {
            return false;
        }
    }

    /// <summary>The handler that an emulator would be registered with: it starts the programs of a platform (elf(5): the header up to <c>e_machine</c>).</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="interpreter">The emulator's path.</param>
    /// <param name="flags">The handler's flags.</param>
    public static BinfmtHandler Handler(Platform platform, string interpreter, string flags)
    {
        // EI_OSABI may be any, e_type executable or shared.
        var magic = TinyProgram.For(platform)[..20];
        byte[] mask = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        mask[platform.IsBigEndian ? 17 : 16] = 0xfe;
        return new BinfmtHandler(Names(platform)[^1], true, interpreter, flags, 0, magic, mask);
    }

    private static bool IsStatic(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaximumSize)
            {
                return false;
            }

            return IsStatic(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
