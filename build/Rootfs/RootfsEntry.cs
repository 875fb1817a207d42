namespace BusyboxGlibc.Rootfs;

/// <summary>The type of a path in the root file system.</summary>
internal enum RootfsEntryType
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A hard link to another file of the tree.</summary>
    HardLink,
}

/// <summary>One path of the root file system. Devices, FIFOs and sockets do not occur.</summary>
/// <param name="Path">Relative, without a leading or trailing slash, <c>bin/busybox</c>: the name of a tar member.</param>
/// <param name="Type">The type.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="UserId">Numeric owner.</param>
/// <param name="GroupId">Numeric group.</param>
/// <param name="ModificationTime">Seconds since 1970-01-01 UTC; null for the image's epoch (files created by the build).</param>
/// <param name="LinkTarget">A symbolic link's text, or the path in the tree that a hard link names.</param>
/// <param name="Content">The bytes of a regular file.</param>
/// <param name="Origin">The source for error messages: a package's name, <c>overlay/all</c>, <c>the build</c>.</param>
internal sealed record RootfsEntry(
    string Path,
    RootfsEntryType Type,
    int Mode,
    int UserId,
    int GroupId,
    long? ModificationTime,
    string? LinkTarget,
    ReadOnlyMemory<byte> Content,
    string Origin);
