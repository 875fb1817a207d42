using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Foundation.Processes;

/// <summary>A program of this machine is missing, could not be started, or refused what it was to do.</summary>
internal sealed class CommandException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
