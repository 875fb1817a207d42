using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Debian;

/// <summary>An error in data of the Debian archive: a mirror, a signature, an index, a package file.</summary>
internal class DebianException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
