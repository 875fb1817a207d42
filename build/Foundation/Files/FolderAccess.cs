using System.Runtime.InteropServices;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>Tells whether this process may write to a folder, without writing.</summary>
internal static class FolderAccess
{
    // W_OK and X_OK of unistd.h.
    private const int WriteAndSearch = 3;

    /// <summary>Whether the folder can be written to, or be made where it is not there. Always true on Windows, where writing itself tells.</summary>
    /// <param name="folder">An absolute path.</param>
    public static bool MayWrite(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        var there = folder;
        while (!Path.Exists(there) && Path.GetDirectoryName(there) is { } above)
        {
            there = above;
        }

        return Directory.Exists(there) && Access(there, WriteAndSearch) == 0;
    }

    // access(2): a read-only file system counts, and root is told what root may.
    [DllImport("libc", EntryPoint = "access")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
}
