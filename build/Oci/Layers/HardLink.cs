using System.Runtime.InteropServices;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>Gives a file a second name, or copies it where that cannot be.</summary>
internal static class HardLink
{
    /// <summary>Makes <paramref name="path"/> the same file as <paramref name="existing"/>; a copy of it on another device,
    /// on a file system without links, and on Windows.</summary>
    /// <exception cref="IOException">Neither could be made.</exception>
    public static void OrCopy(string existing, string path)
    {
        if (OperatingSystem.IsWindows() || Link(existing, path) != 0)
        {
            File.Copy(existing, path, overwrite: true);
        }
    }

    // link(2). .NET 10 has no call of its own for it.
    [DllImport("libc", EntryPoint = "link")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);
}
