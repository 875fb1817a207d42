using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Binfmt;

/// <summary>A handler that could be registered on this machine.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="File">The file that contains only its line, or null.</param>
internal sealed record BinfmtOffer(BinfmtHandler Handler, string? File = null);

/// <summary>Finds the handlers that could be registered: those shipped by qemu packages (binfmt.d(5)), and one for a static emulator without a
/// shipped handler, such as qemu-i386-static on amd64.</summary>
internal static class BinfmtOffers
{
    /// <summary>The folder of handler lines shipped by packages.</summary>
    public const string Folder = "/usr/lib/binfmt.d";

    private const string Files = "qemu-*.conf";
    private const int MostFiles = 200;
    private const long LargestFile = 1 << 16;

    /// <summary>Returns the handlers.</summary>
    /// <param name="folder">The folder of handler lines.</param>
    /// <param name="commands">Finds emulators.</param>
    /// <param name="platforms">The platforms to find a handler for.</param>
    /// <param name="exists">Whether a file exists; a handler without its interpreter is not returned.</param>
    /// <returns>Handlers with a file first, in the order of the files' names.</returns>
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

    // O passes the program as an open file, F opens the emulator at registration. Not P: an emulator that does not expect it uses the wrong argument as the program.
    private static BinfmtOffer? Own(Platform platform, ICommandRunner commands) =>
        Emulator.Find(platform, commands) is { } emulator ? new BinfmtOffer(Emulator.Handler(platform, emulator, "OF")) : null;
}
