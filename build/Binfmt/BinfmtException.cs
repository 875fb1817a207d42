using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Binfmt;

/// <summary>Programs of a required platform do not run on this machine.</summary>
internal sealed class BinfmtException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
