using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>An ELF file is truncated, inconsistent or points outside itself.</summary>
internal class ElfException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
