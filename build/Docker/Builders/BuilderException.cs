using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Docker.Builders;

/// <summary>Docker, buildx or a builder is absent or cannot build the image.</summary>
internal sealed class BuilderException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
