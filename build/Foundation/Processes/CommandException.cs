using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Foundation.Processes;

/// <summary>A program on this machine is missing, could not be started, or failed.</summary>
internal sealed class CommandException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
