using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Binfmt;

/// <summary>Handlers as qemu's packages register them, and folders that look as binfmt_misc does.</summary>
internal static class BinfmtSamples
{
    public const string Interpreter = "/usr/libexec/qemu-binfmt/aarch64-binfmt-P";

    /// <summary>What the kernel shows of Debian's handler for arm64.</summary>
    public const string Aarch64 = """
        enabled
        interpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P
        flags: POF
        offset 0
        magic 7f454c460201010000000000000000000200b700
        mask ffffffffffffff00fffffffffffffffffeffffff

        """;

    public const string Aarch64Line = @":qemu-aarch64:M::\x7f\x45\x4c\x46\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/usr/libexec/qemu-binfmt/aarch64-binfmt-P:OPF";

    public static Platform Arm64 { get; } = KnownPlatforms.Find("linux/arm64")!;

    public static Platform S390 { get; } = KnownPlatforms.Find("linux/s390x")!;

    public static Platform ArmV7 { get; } = KnownPlatforms.Find("linux/arm/v7")!;

    public static Platform ArmV6 { get; } = KnownPlatforms.Find("linux/arm/v6")!;

    public static Platform I386 { get; } = KnownPlatforms.Find("linux/386")!;

    /// <summary>A handler for a platform.</summary>
    public static BinfmtHandler Handler(Platform platform, string? name = null, string flags = "POF", bool isEnabled = true, string? interpreter = null, int day = 1)
    {
        var mask = Enumerable.Repeat((byte)0xff, 20).ToArray();
        mask[7] = 0;
        mask[platform.IsBigEndian ? 17 : 16] = 0xfe;
        name ??= "qemu-" + platform.Architecture;
        return new BinfmtHandler(name, isEnabled, interpreter ?? "/qemu/" + name, flags, 0, TinyProgram.For(platform).AsMemory(0, 20), mask) { Registered = new DateTime(2026, 1, day, 0, 0, 0, DateTimeKind.Utc) };
    }

    /// <summary>The kernel's text for a handler.</summary>
    public static string Text(BinfmtHandler handler) =>
        $"{(handler.IsEnabled ? "enabled" : "disabled")}\ninterpreter {handler.Interpreter}\nflags: {handler.Flags}\noffset {handler.Offset}\nmagic {Convert.ToHexStringLower(handler.Magic.Span)}\n"
        + (handler.Mask.IsEmpty ? string.Empty : $"mask {Convert.ToHexStringLower(handler.Mask.Span)}\n");

    /// <summary>Writes a folder as the kernel shows it.</summary>
    public static void Write(string folder, IEnumerable<BinfmtHandler> handlers, bool isEnabled = true)
    {
        File.WriteAllText(Path.Combine(folder, "status"), isEnabled ? "enabled\n" : "disabled\n");
        File.WriteAllText(Path.Combine(folder, "register"), string.Empty);
        foreach (var handler in handlers)
        {
            var path = Path.Combine(folder, handler.Name);
            File.WriteAllText(path, Text(handler));
            File.SetLastWriteTimeUtc(path, handler.Registered);
        }
    }

    public static BinfmtStatus Mounted(params BinfmtHandler[] handlers) => new(BinfmtMount.Mounted, true, handlers);
}
