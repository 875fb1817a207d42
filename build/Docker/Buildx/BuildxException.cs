using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>Docker cannot build the image, or its result is not valid.</summary>
/// <param name="what">What went wrong.</param>
/// <param name="where">File and line, or platform.</param>
/// <param name="why">Why.</param>
/// <param name="next">What to do.</param>
/// <param name="inner">The underlying error.</param>
internal sealed class BuildxException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
