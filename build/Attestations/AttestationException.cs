using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Attestations;

/// <summary>An attestation that cannot be made, read or used.</summary>
internal sealed class AttestationException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
