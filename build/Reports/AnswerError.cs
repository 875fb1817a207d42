using Cake.Core;

namespace BusyboxGlibc.Reports;

/// <summary>The error with which a task ends whose answer to a question is no, or that has none: the exit code says so, and the log does not call it a failed task.</summary>
internal static class AnswerError
{
    private const string Mark = "answer";

    /// <summary>Creates the error.</summary>
    /// <param name="exitCode">1 if the answer is no, 2 if there is none.</param>
    /// <param name="message">The answer in one line, or the reason why there is none.</param>
    /// <param name="inner">The underlying error, or null.</param>
    public static CakeException Of(int exitCode, string message, Exception? inner = null) => new(exitCode, message, inner) { Data = { [Mark] = true } };

    /// <summary>Whether an exception is such an error.</summary>
    public static bool Is(Exception? error) => error is CakeException && error.Data.Contains(Mark);
}
