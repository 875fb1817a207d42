using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Binfmt;

/// <summary>A handler that could be registered on this machine.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="File">The file that holds its line and nothing else, or null.</param>
internal sealed record BinfmtOffer(BinfmtHandler Handler, string? File = null);

/// <summary>Finds the handlers that could be registered: those that packages of qemu bring along (binfmt.d(5)), and one for a static emulator
/// that came without, as qemu-i386-static does on amd64.</summary>
internal static class BinfmtOffers
{
    /// <summary>Where packages put their lines.</summary>
    public const string Folder = "/usr/lib/binfmt.d";

    private const string Files = "qemu-*.conf";
    private const int MostFiles = 200;
    private const long LargestFile = 1 << 16;

    /// <summary>Finds them.</summary>
    /// <param name="folder">The folder of lines.</param>
    /// <param name="commands">Finds emulators.</param>
    /// <param name="platforms">The platforms to find one for.</param>
    /// <param name="exists">Whether a file is there; one without its interpreter is not offered.</param>
    /// <returns>Those with a file first, in the order of the files' names.</returns>
    public static IReadOnlyList<BinfmtOffer> Find(string folder, ICommandRunner commands, IReadOnlyList<Platform> platforms, Predicate<string> exists) =>
        [.. Shipped(folder).Where(offer => exists(offer.Handler.Interpreter)), .. platforms.Select(platform => Own(platform, commands)).OfType<BinfmtOffer>()];

    private static IReadOnlyList<BinfmtOffer> Shipped(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, Files).Order(StringComparer.Ordinal).Take(MostFiles).SelectMany(Lines)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IReadOnlyList<BinfmtOffer> Lines(string path)
    {
        if (new FileInfo(path).Length > LargestFile)
        {
            return [];
        }

        var lines = File.ReadAllLines(path);
        return [.. lines
            .Where(line => line.Length > 0 && line[0] is not ('#' or ';'))
            .Select(line => BinfmtText.TryReadLine(line, out var handler) ? new BinfmtOffer(handler, lines.Length == 1 ? path : null) : null)
            .OfType<BinfmtOffer>()];
    }

    // O hands the program over opened, F opens the emulator now. Not P: an emulator that does not expect it takes the wrong
    // argument for the program.
    private static BinfmtOffer? Own(Platform platform, ICommandRunner commands)
    {
        if (Emulator.Find(platform, commands) is not { } emulator)
        {
            return null;
        }

        // The header to e_machine. EI_OSABI may be any, e_type executable or shared (elf(5)).
        var magic = TinyProgram.For(platform)[..20];
        byte[] mask = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        mask[platform.IsBigEndian ? 17 : 16] = 0xfe;
        return new BinfmtOffer(new BinfmtHandler(Emulator.Names(platform)[0].Replace("-static", string.Empty, StringComparison.Ordinal), true, emulator, "OF", 0, magic, mask));
    }
}
