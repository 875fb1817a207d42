using System.Text;

namespace BusyboxGlibc.Foundation.Errors;

/// <summary>
/// An error a person can act on: what went wrong, where, why, and what to do next. Every room derives its own type from
/// it, so that a caller can tell a damaged archive from a bad configuration. Its <see cref="Exception.Message"/> is the
/// whole text shown to people; no secret may be part of it.
/// </summary>
public class BuildException : Exception
{
    /// <summary>Makes an error from its four parts.</summary>
    /// <param name="what">One clear line: the thing and what is wrong with it.</param>
    /// <param name="where">File and line, URL or platform; null where <paramref name="what"/> already says it.</param>
    /// <param name="why">The reason found, or null.</param>
    /// <param name="next">What to do: a line to write, a command to run; null where nothing can be advised.</param>
    /// <param name="inner">The error underneath, shown only with <c>--verbosity=diagnostic</c>.</param>
    public BuildException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
        : base(Compose(what, where, why, next), inner)
    {
        What = what;
        Where = where;
        Why = why;
        Next = next;
    }

    /// <summary>The one clear line.</summary>
    public string What { get; }

    /// <summary>File and line, URL or platform.</summary>
    public string? Where { get; }

    /// <summary>The reason found.</summary>
    public string? Why { get; }

    /// <summary>What to do next.</summary>
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
