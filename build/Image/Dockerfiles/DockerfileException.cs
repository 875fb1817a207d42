using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>A Dockerfile cannot be read, or says what an engine cannot do.</summary>
/// <param name="what">What went wrong.</param>
/// <param name="where">File and line.</param>
/// <param name="why">Why.</param>
/// <param name="next">What to do.</param>
/// <param name="inner">The error behind it.</param>
internal sealed class DockerfileException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
