using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Lock;

/// <summary>An error about the lock: a requirement that cannot be resolved, or a lock file that is not valid.</summary>
public class LockException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
