using System.Text;

namespace BusyboxGlibc.Binfmt;

/// <summary>binfmt_misc as a folder mounted by the kernel.</summary>
/// <param name="folder">Its mount point.</param>
internal sealed class BinfmtFolder(string folder = BinfmtFolder.Usual) : IBinfmtKernel
{
    /// <summary>The usual mount point.</summary>
    public const string Usual = "/proc/sys/fs/binfmt_misc";

    /// <summary>The file that shows and switches the state of all handlers at once.</summary>
    public const string StatusFile = "status";

    /// <summary>The file that registers new handlers.</summary>
    public const string RegisterFile = "register";

    private const int MostHandlers = 1000;
    private const int LongestFile = 8192;

    /// <inheritdoc/>
    public BinfmtStatus Read()
    {
        try
        {
            if (!Directory.Exists(folder))
            {
                return Nothing(Directory.Exists(Path.GetDirectoryName(folder)) ? BinfmtMount.None : BinfmtMount.Elsewhere);
            }

            if (!File.Exists(Path.Combine(folder, StatusFile)))
            {
                return Nothing(BinfmtMount.NotMounted);
            }

            var handlers = Directory.EnumerateFiles(folder).Take(MostHandlers)
                .Where(path => Path.GetFileName(path) is not (StatusFile or RegisterFile)).Select(ReadHandler).OfType<BinfmtHandler>();
            return new BinfmtStatus(
                BinfmtMount.Mounted,
                ReadText(Path.Combine(folder, StatusFile)).TrimEnd('\n') != "disabled",
                [.. handlers.OrderByDescending(handler => handler.Registered).ThenBy(handler => handler.Name, StringComparer.Ordinal)]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Nothing(BinfmtMount.NotMounted);
        }
    }

    /// <inheritdoc/>
    public void Write(string file, string text)
    {
        // The kernel requires a line in one write(2), and such a file cannot be created or truncated.
        using var stream = new FileStream(Path.Combine(folder, Path.GetFileName(file)), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    private static BinfmtStatus Nothing(BinfmtMount mount) => new(mount, false, []);

    // Other processes may register and remove handlers meanwhile: a removed one is ignored.
    private static BinfmtHandler? ReadHandler(string path)
    {
        try
        {
            return BinfmtText.TryRead(Path.GetFileName(path), ReadText(path), out var handler) ? handler with { Registered = File.GetLastWriteTimeUtc(path) } : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string ReadText(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var bytes = new byte[LongestFile];
        return Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }
}
