using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Smoke;

/// <summary>An image whose programs do not run as they should.</summary>
internal sealed class SmokeException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
