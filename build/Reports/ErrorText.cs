using System.Reflection;
using BusyboxGlibc.Foundation.Errors;
using Cake.Core;
using Cake.Frosting;

namespace BusyboxGlibc.Reports;

/// <summary>An exception as text for the user: what went wrong and what to do, with a stack trace only on request.</summary>
internal static class ErrorText
{
    /// <summary>The text for an exception, without secrets.</summary>
    /// <param name="error">The exception; wrappers around the actual error are removed.</param>
    /// <param name="diagnostic">Whether to add all details: types, inner exceptions and stack traces.</param>
    public static string Render(Exception error, bool diagnostic)
    {
        var causes = Causes(error).ToArray();
        var lines = causes.Select(Line).Distinct(StringComparer.Ordinal).ToList();
        if (diagnostic)
        {
            lines.Add(error.ToString());
        }
        else if (causes.Any(cause => !IsExpected(cause)))
        {
            lines.Add("  next   run the command again with --verbosity=diagnostic to see where it comes from");
        }

        return Secrets.Redact(string.Join('\n', lines));
    }

    /// <summary>The errors inside the wrappers that tasks, reflection and the engine put around them; at least one.</summary>
    public static IEnumerable<Exception> Causes(Exception error) => error switch
    {
        AggregateException { InnerExceptions.Count: > 0 } aggregate => aggregate.InnerExceptions.SelectMany(Causes),
        CakeReportException { InnerException: { } inner } => Causes(inner),
        TargetInvocationException { InnerException: { } inner } => Causes(inner),
        TypeInitializationException { InnerException: { } inner } => Causes(inner),
        _ => [error],
    };

    private static bool IsExpected(Exception error) =>
        error is BuildException or CakeException or FrostingException or OperationCanceledException;

    private static string Line(Exception error) =>
        IsExpected(error)
            ? $"Error: {error.Message}"
            : $"Error: unexpected {error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}";
}
