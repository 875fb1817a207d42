namespace BusyboxGlibc.Reports;

/// <summary>
/// Folds log lines into groups, in the syntax of the current CI system: GitHub Actions (workflow commands, <c>::group::</c>), GitLab CI
/// (custom collapsible sections) and Azure Pipelines (formatting commands, <c>##[group]</c>). Elsewhere it writes nothing.
/// </summary>
/// <param name="environment">Returns a variable of the process's environment.</param>
/// <param name="clock">The clock: GitLab requires the time of each start and end.</param>
/// <param name="write">Writes a line to the log.</param>
public sealed class LogGroups(Func<string, string?> environment, TimeProvider clock, Action<string> write)
{
    private bool IsGitHub => environment("GITHUB_ACTIONS") == "true";

    private bool IsGitLab => environment("GITLAB_CI") == "true";

    // Azure Pipelines writes True.
    private bool IsAzure => string.Equals(environment("TF_BUILD"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Starts a group.</summary>
    /// <param name="name">Its name; letters and digits.</param>
    public void Begin(string name) => Write(
        $"::group::{name}",
        $"\e[0Ksection_start:{clock.GetUtcNow().ToUnixTimeSeconds()}:{Section(name)}\r\e[0K{name}",
        $"##[group]{name}");

    /// <summary>Ends the group.</summary>
    /// <param name="name">Its name.</param>
    public void End(string name) => Write(
        "::endgroup::",
        $"\e[0Ksection_end:{clock.GetUtcNow().ToUnixTimeSeconds()}:{Section(name)}\r\e[0K",
        "##[endgroup]");

    private static string Section(string name) => name.ToLowerInvariant();

    private void Write(string gitHub, string gitLab, string azure)
    {
        if ((IsGitHub ? gitHub : IsGitLab ? gitLab : IsAzure ? azure : null) is { } line)
        {
            write(line);
        }
    }
}
