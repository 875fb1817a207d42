using System.Runtime.InteropServices;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>Creates a hard link to a file, or copies the file if that is not possible.</summary>
internal static class HardLink
{
    /// <summary>Makes <paramref name="path"/> a hard link to <paramref name="existing"/>; a copy of it on another device,
    /// on a file system without links, and on Windows.</summary>
    /// <exception cref="IOException">Neither could be created.</exception>
    public static void OrCopy(string existing, string path)
    {
        if (OperatingSystem.IsWindows() || Link(existing, path) != 0)
        {
            File.Copy(existing, path, overwrite: true);
        }
    }

    // link(2). .NET 10 has no API for it.
    [DllImport("libc", EntryPoint = "link")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);
}
