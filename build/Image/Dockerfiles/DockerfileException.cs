using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>A Dockerfile cannot be read, or uses something that an engine does not support.</summary>
/// <param name="what">The error.</param>
/// <param name="where">File and line.</param>
/// <param name="why">The reason.</param>
/// <param name="next">How to fix it.</param>
/// <param name="inner">The underlying error.</param>
internal sealed class DockerfileException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
