using System.Text;

namespace BusyboxGlibc.Foundation.Errors;

/// <summary>
/// An error that the user can act on: what went wrong, where, why, and what to do next. Every room derives its own type from
/// it, so that a caller can distinguish a damaged archive from an invalid configuration. Its <see cref="Exception.Message"/> is the
/// complete text shown to the user; it must not contain secrets.
/// </summary>
public class BuildException : Exception
{
    /// <summary>Creates an error from its four parts.</summary>
    /// <param name="what">One clear line: the object and the problem with it.</param>
    /// <param name="where">File and line, URL or platform; null if <paramref name="what"/> already contains it.</param>
    /// <param name="why">The reason, or null if unknown.</param>
    /// <param name="next">How to fix it: a line to write, a command to run; null if there is no advice.</param>
    /// <param name="inner">The underlying error, shown only with <c>--verbosity=diagnostic</c>.</param>
    public BuildException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
        : base(Compose(what, where, why, next), inner)
    {
        What = what;
        Where = where;
        Why = why;
        Next = next;
    }

    /// <summary>The error in one clear line.</summary>
    public string What { get; }

    /// <summary>File and line, URL or platform.</summary>
    public string? Where { get; }

    /// <summary>The reason.</summary>
    public string? Why { get; }

    /// <summary>How to fix it.</summary>
    public string? Next { get; }

    private static string Compose(string what, string? where, string? why, string? next)
    {
        var text = new StringBuilder(what);
        Append(text, "where", where);
        Append(text, "why", why);
        Append(text, "next", next);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string label, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        foreach (var (index, line) in value.Split('\n').Index())
        {
            text.Append('\n').Append("  ").Append((index == 0 ? label : string.Empty).PadRight(7)).Append(line);
        }
    }
}
