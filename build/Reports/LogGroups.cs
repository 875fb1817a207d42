namespace BusyboxGlibc.Reports;

/// <summary>
/// Folds lines of the log into groups, as the CI system that the run is in writes them: GitHub Actions (workflow commands, <c>::group::</c>), GitLab CI
/// (custom collapsible sections) and Azure Pipelines (formatting commands, <c>##[group]</c>). Elsewhere it writes nothing.
/// </summary>
/// <param name="environment">Gives the process's environment.</param>
/// <param name="clock">GitLab wants the time of each border.</param>
/// <param name="write">Writes a line to the log.</param>
public sealed class LogGroups(Func<string, string?> environment, TimeProvider clock, Action<string> write)
{
    private bool IsGitHub => environment("GITHUB_ACTIONS") == "true";

    private bool IsGitLab => environment("GITLAB_CI") == "true";

    // Azure Pipelines writes True.
    private bool IsAzure => string.Equals(environment("TF_BUILD"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Begins a group.</summary>
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
