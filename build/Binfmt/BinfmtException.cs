using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Binfmt;

/// <summary>Programs of a platform that must run on this machine do not.</summary>
internal sealed class BinfmtException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
