using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Busybox;

/// <summary>An error in BusyBox: its source, its compilation, its binary.</summary>
internal class BusyboxException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
