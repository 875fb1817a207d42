using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Configuration;

/// <summary>
/// A configuration error of the user: a line of <c>lib-requires.txt</c> or <c>cake.config</c>, an argument or an
/// environment variable is invalid. The readers of this room throw no other exception, whatever their input.
/// </summary>
internal class ConfigurationException : BuildException
{
    /// <summary>Makes an error from its parts.</summary>
    /// <param name="what">The error in one clear line.</param>
    /// <param name="where">File and line, <c>argument --name</c> or <c>environment NAME</c>.</param>
    /// <param name="why">The reason, or null.</param>
    /// <param name="next">How to fix it.</param>
    /// <param name="inner">The underlying error.</param>
    public ConfigurationException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
        : base(what, where, why, next, inner)
    {
    }
}
