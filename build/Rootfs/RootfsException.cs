using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Rootfs;

/// <summary>An error in the image's files: two packages at one path, a missing locked file, a damaged tar.</summary>
internal class RootfsException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
