namespace BusyboxGlibc.Debian.Package;

/// <summary>The type of a member of a package's data archive.</summary>
internal enum DebEntryType
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A hard link to an earlier member.</summary>
    HardLink,
}

/// <summary>One member of a package's data archive.</summary>
/// <param name="Path">Absolute and normalized, <c>/usr/bin/ip</c>; never contains <c>..</c>, an empty part or a NUL.</param>
/// <param name="Type">The type. Devices, FIFOs and sparse files are never reported.</param>
/// <param name="Mode">The 12 permission bits.</param>
/// <param name="UserId">Numeric owner.</param>
/// <param name="GroupId">Numeric group.</param>
/// <param name="ModificationTime">Seconds since 1970-01-01 UTC, without fractions.</param>
/// <param name="Size">The size of a regular file in bytes, otherwise 0.</param>
/// <param name="LinkTarget">The text of a symbolic link, or the normalized absolute path that a hard link names; otherwise null.</param>
internal sealed record DebEntry(
    string Path,
    DebEntryType Type,
    int Mode,
    int UserId,
    int GroupId,
    long ModificationTime,
    long Size,
    string? LinkTarget);
