namespace BusyboxGlibc.Debian.Package;

/// <summary>What a member of a package's data archive is.</summary>
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
/// <param name="Path">Absolute and normalised, <c>/usr/bin/ip</c>; never with <c>..</c>, an empty part or a NUL.</param>
/// <param name="Type">What it is. Devices, FIFOs and sparse files never get this far.</param>
/// <param name="Mode">Permission bits, 12 of them.</param>
/// <param name="UserId">Numeric owner.</param>
/// <param name="GroupId">Numeric group.</param>
/// <param name="ModificationTime">Seconds since 1970-01-01 UTC, fractions dropped.</param>
/// <param name="Size">Bytes of a regular file, otherwise 0.</param>
/// <param name="LinkTarget">A symbolic link's text, or the normalised absolute path a hard link names; otherwise null.</param>
internal sealed record DebEntry(
    string Path,
    DebEntryType Type,
    int Mode,
    int UserId,
    int GroupId,
    long ModificationTime,
    long Size,
    string? LinkTarget);
