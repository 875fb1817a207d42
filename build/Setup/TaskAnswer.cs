using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Reports;
using Cake.Core;
using Cake.Core.Diagnostics;

namespace BusyboxGlibc.Setup;

/// <summary>How a task that answers a question ends: exit code 0 if the answer is yes, 1 if it is no, 2 if there is no answer. Diff has one more, <see cref="Security"/>.</summary>
internal static class TaskAnswer
{
    /// <summary>The exit code of an answer that is no.</summary>
    public const int No = 1;

    /// <summary>The exit code if images differ, and the difference fixes vulnerabilities or brings them back.</summary>
    public const int Security = 3;

    private const int None = 2;
    private const string Target = "--target=";

    /// <summary>The tasks that end so.</summary>
    public static IReadOnlyList<string> Tasks { get; } = ["CheckBinary", "CompareAbi", "Diff", "Doctor", "FindLibrary", "Sources", "Tags", "VerifyPublished", "Vulnerabilities", "Why"];

    /// <summary>The exit code of a run that ends before any task: as that of such a task without an answer if one is asked for.</summary>
    /// <param name="words">The words of the command line.</param>
    public static int ExitCodeWithout(IEnumerable<string> words) =>
        words.Any(word => Tasks.Contains(word.StartsWith(Target, StringComparison.OrdinalIgnoreCase) ? word[Target.Length..] : word, StringComparer.OrdinalIgnoreCase)) ? None : No;

    /// <summary>Whether the answer is for a program, by the argument alone: Doctor answers even if the other options cannot be read.</summary>
    public static bool IsForPrograms(ICakeContext context) => context.Arguments.GetArguments(OptionTable.Json.Argument) is { Count: > 0 } given && given.All(value => string.IsNullOrEmpty(value) || ValueList.Switch(value) == true);

    /// <summary>Asks; an error means that there is no answer.</summary>
    /// <exception cref="CakeException">There is no answer.</exception>
    public static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (BuildException error)
        {
            throw AnswerError.Of(None, error.Message, error);
        }
    }

    /// <summary>Prints an answer to standard output. JSON is printed at any verbosity.</summary>
    /// <param name="context">Cake's context.</param>
    /// <param name="json">The answer as JSON; null for text.</param>
    /// <param name="lines">The answer as text.</param>
    /// <param name="no">The answer in one line if it is no; null if it is yes.</param>
    /// <param name="exitCode">The exit code if it is no.</param>
    /// <exception cref="CakeException">The answer is no.</exception>
    public static void Give(ICakeContext context, string? json, IReadOnlyList<string> lines, string? no, int exitCode = No)
    {
        if (json is not null)
        {
            context.Log.Write(Verbosity.Quiet, LogLevel.Information, "{0}", json);
        }
        else
        {
            context.Say(lines);
        }

        if (no is not null)
        {
            throw AnswerError.Of(exitCode, no);
        }
    }
}
