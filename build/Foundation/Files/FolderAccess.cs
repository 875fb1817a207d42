using System.Runtime.InteropServices;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>Determines whether this process may write to a folder, without writing to it.</summary>
internal static class FolderAccess
{
    // W_OK and X_OK of unistd.h.
    private const int WriteAndSearch = 3;

    /// <summary>Whether the folder can be written to, or can be created if it does not exist. Always true on Windows, where only a write shows this.</summary>
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

    // access(2) considers read-only file systems and root's privileges.
    [DllImport("libc", EntryPoint = "access")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
}
