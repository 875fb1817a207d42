using System.Globalization;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Binfmt;

/// <summary>The user-mode qemu emulators installed on this machine.</summary>
internal static class Emulator
{
    /// <summary>The maximum number of bytes read of one; they have about 6 MB.</summary>
    private const long MaximumSize = 64L << 20;

    private static readonly Dictionary<string, string> _processors = new(StringComparer.Ordinal)
    {
        ["amd64"] = "x86_64", ["arm64"] = "aarch64", ["arm"] = "arm", ["386"] = "i386", ["ppc64le"] = "ppc64le", ["riscv64"] = "riscv64", ["s390x"] = "s390x",
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

    private static bool IsStatic(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaximumSize)
            {
                return false;
            }

            var content = File.ReadAllBytes(path);
            return ElfFile.IsElf(content) && ElfFile.Read(content, path).Interpreter is null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ElfException)
        {
            return false;
        }
    }
}
