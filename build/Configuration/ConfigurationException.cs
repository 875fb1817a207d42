using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Configuration;

/// <summary>
/// Something people wrote is wrong: a line of <c>lib-requires.txt</c> or <c>cake.config</c>, an argument or an
/// environment variable. Nothing else leaves the readers of this room, whatever they are given to read.
/// </summary>
internal class ConfigurationException : BuildException
{
    /// <summary>Makes an error from its parts.</summary>
    /// <param name="what">One clear line.</param>
    /// <param name="where">File and line, <c>argument --name</c> or <c>environment NAME</c>.</param>
    /// <param name="why">The reason, or null.</param>
    /// <param name="next">What to write instead.</param>
    /// <param name="inner">The error underneath.</param>
    public ConfigurationException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
        : base(what, where, why, next, inner)
    {
    }
}
